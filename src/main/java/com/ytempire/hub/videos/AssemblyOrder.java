package com.ytempire.hub.videos;

import java.nio.file.Path;
import java.util.List;

/**
 * What a video is made of.
 *
 * @param narration MP3; the video lasts as long as it does
 * @param spoken its words, from which the captions are made; blank for a video without captions
 * @param clips films and photos in the order they are shown, as {@link ClipFetcher} gives them; none: the picture is shown
 * @param picture the thumbnail, as JPEG, PNG or WebP; shown when there is no clip, or none that can be used. Null when
 *     there is none
 * @param folder where the film and its captions come to lie; made when it is missing
 */
record AssemblyOrder(Path narration, String spoken, List<Path> clips, Path picture, Aspect aspect, Path folder) {

    AssemblyOrder {
        clips = List.copyOf(clips);
    }
}
