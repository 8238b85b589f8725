package com.ytempire.hub.platform;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.JarEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs for this machine, unpacked once from the library that brings them. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /**
     * Unpacks the programs if that was not done before. Nobody else can write where they lie, as they are run later.
     *
     * @param folder holds one folder for each build
     * @return the folder that has {@code bin} in it
     */
    static Path unpackInto(Path folder) throws IOException {
        URL archive = archive();
        Path home = folder.resolve(build(archive));
        if (Files.exists(home)) {
            return home;
        }
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(folder, ownerOnly);
        Path unfinished = Files.createTempDirectory(folder, "unpacking-", ownerOnly);
        try {
            unpack(archive, unfinished);
            Files.move(unfinished, home);
        } catch (FileSystemException e) {
            if (!Files.exists(home)) { // or else another process was faster
                throw e;
            }
        } finally {
            FileSystemUtils.deleteRecursively(unfinished);
        }
        return home;
    }

    private static URL archive() {
        String os = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch");
        String library = arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm_64" : arch;
        URL archive = PostgresBinaries.class.getResource("/postgres-" + os + "-" + library + ".txz");
        if (archive == null) {
            throw new StartRefused(
                    "There is no embedded PostgreSQL for " + os + " on " + arch + ".",
                    "Set SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD to a"
                            + " PostgreSQL server.");
        }
        return archive;
    }

    /** Read off the library's table of contents: a start need not read 15 MB to find that nothing has changed. */
    private static String build(URL archive) throws IOException {
        JarEntry entry = ((JarURLConnection) archive.openConnection()).getJarEntry();
        return Long.toHexString(entry.getCrc()) + "-" + entry.getSize();
    }

    private static void unpack(URL archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive.openStream())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("The archive reaches out of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(file.getParent());
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(tar, file);
                    if (file.getParent().endsWith("bin")) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                    }
                }
            }
        }
    }
}
