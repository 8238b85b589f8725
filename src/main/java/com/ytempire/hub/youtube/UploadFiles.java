package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.UploadStopped.What;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/** Looks at files before they are sent. */
@Component("uploadFiles")
public class UploadFiles {

    private static final int BUFFER = 128 * 1024;

    /**
     * Reads the whole file once: what goes to YouTube is what was ordered, also when a part of it went there before.
     *
     * @throws UploadStopped when it is missing, another one, or out of this node's reach
     */
    public void check(UploadRun run) {
        Path file = run.file();
        mustBeThere(file);
        try {
            if (Files.size(file) != run.bytes()
                    || !hash(file).equals(run.order().sha256())) {
                throw new UploadStopped(
                        What.FAILED, "file_changed", "The file is not the one that was ordered to be uploaded");
            }
        } catch (IOException e) {
            throw new UploadStopped(What.AGAIN, "file_unreadable", "The file cannot be read");
        }
    }

    /** Where not even its folder is to be seen, the storage is away and not the file. */
    private static void mustBeThere(Path file) {
        if (Files.isRegularFile(file)) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UploadStopped(What.AGAIN, "storage_away", "This node does not see the file's folder");
        }
        throw new UploadStopped(What.FAILED, "file_missing", "The file is missing");
    }

    /** @throws UploadStopped when an extra file cannot be sent; the video stands without it */
    void checkExtra(Path file, long most, String what) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new UploadStopped(What.REFUSED, what + "_missing", "Its file is missing");
            }
            if (Files.size(file) > most) {
                throw new UploadStopped(What.REFUSED, what + "_too_large", "Its file has more than " + most + " bytes");
            }
        } catch (IOException e) {
            throw new UploadStopped(What.AGAIN, what + "_unreadable", "Its file cannot be read");
        }
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not to be had in this Java", e);
        }
    }
}
