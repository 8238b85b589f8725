package com.ytempire.hub.videos;

import org.springframework.stereotype.Component;

/** Makes films. */
@Component
class Assembly {

    /**
     * Makes a film out of its parts: a standard MP4 that any player begins to show before all of it is loaded.
     *
     * @throws AssemblyFailed when there is none
     */
    AssembledVideo assemble(AssemblyOrder order, AssemblyProgress progress) {
        throw new UnsupportedOperationException("under way");
    }
}
