package com.ytempire.hub.videos;

import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/** Loads clips and photos that a search has found. */
@Component
class ClipFetcher {

    /**
     * Loads what is not there yet.
     *
     * @param folder where they are kept, made when it is missing; a file's name is the hash of its address
     * @return one for each, in the same order; one that cannot be had or used says why, and does not keep others
     */
    List<FetchedClip> fetch(List<ClipSource> items, Path folder) {
        throw new UnsupportedOperationException("under way");
    }
}
