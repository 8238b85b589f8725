package com.ytempire.hub.youtube;

import com.ytempire.hub.youtube.UploadStopped.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import org.springframework.stereotype.Component;

/** Looks at files before they are sent. */
@Component("uploadFiles")
public class UploadFiles {

    private static final int MOST_KNOWN = 200;

    private final Map<Path, Known> known = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
            return size() > MOST_KNOWN;
        }
    });

    /** @param inode the file's; null where files have none */
    private record State(long size, FileTime modified, Object inode) {

        static State of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(now.size(), now.lastModifiedTime(), now.fileKey());
        }
    }

    private record Known(State state, String sha256) {}

    /**
     * What goes to YouTube is what was ordered, also when a part of it went there before. The whole file is read once, and
     * again when its size or its time has changed since.
     *
     * @throws UploadStopped when it is missing, another one, or out of this node's reach
     */
    public void check(UploadRun run) {
        Path file = run.file();
        mustBeThere(file);
        try {
            if (Files.size(file) != run.bytes()
                    || !sha256(file).equals(run.order().sha256())) {
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

    /** Of the whole content, in hexadecimal digits. */
    String sha256(Path file) throws IOException {
        State before = State.of(file);
        Known last = known.get(file);
        if (last != null && last.state().equals(before)) {
            return last.sha256();
        }
        String sha256 = new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(file);
        if (State.of(file).equals(before)) {
            known.put(file, new Known(before, sha256));
        }
        return sha256;
    }
}
