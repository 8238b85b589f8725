package com.ytempire.hub.content;

import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The pictures of thumbnails, for those who make more of them. */
@Component("thumbnails")
public class Thumbnails {

    private final ThumbnailStore store;

    Thumbnails(ThumbnailStore store) {
        this.store = store;
    }

    /**
     * @param id as {@link ThumbnailAnswer} tells it
     * @return a JPEG; empty when it has been forgotten, which is 90 days (setting) after it was made
     */
    public Optional<byte[]> jpeg(UUID id) {
        return store.find(id).map(ThumbnailStore.Stored::jpeg);
    }
}
