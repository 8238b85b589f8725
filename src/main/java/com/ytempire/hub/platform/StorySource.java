package com.ytempire.hub.platform;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An area that knows something of an event, a customer or a video registers a bean that tells it. */
public interface StorySource {

    /**
     * What a story is about.
     *
     * @param kind event, customer or video
     * @param id the vendor's or the hub's
     * @param user whose affair it is; null when nobody's or not known
     */
    record Subject(String kind, String id, UUID user) {}

    /**
     * What happened.
     *
     * @param area that tells it
     * @param what one sentence
     * @param detail more of it; null when there is no more
     * @param link path of the page that shows it; null when there is none
     */
    record Line(Instant at, String area, String what, String detail, String link) {}

    /** In any order; empty when nothing is known, or the kind is none of this area's. At most a few hundred. */
    List<Line> tell(Subject subject);
}
