package com.ytempire.hub.content;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A text on its way through the speech chain. The link under way speaks it part by part, all in one voice. */
final class SpeechRun extends ChainRun<SpeechRequest, Narration> {

    private String plannedFor;
    private String voice;
    private List<SpeechPart> parts = List.of();
    private boolean paidFor;

    SpeechRun(SpeechRequest request, Instant begunAt) {
        super(request, begunAt, request.deadline());
    }

    boolean isPlanned() {
        return link().equals(plannedFor);
    }

    void plan(String with, List<SpeechPart> all) {
        plannedFor = link();
        voice = with;
        parts = all;
        paidFor = false;
    }

    String voice() {
        return voice;
    }

    List<SpeechPart> parts() {
        return parts;
    }

    List<SpeechPart> missing() {
        return parts.stream().filter(part -> !part.isSpoken()).toList();
    }

    /** The part that is spoken next, or is being spoken. */
    Optional<SpeechPart> next() {
        return parts.stream().filter(part -> !part.isSpoken()).findFirst();
    }

    /** @return whether the money for all missing parts has still to be set aside; true once for each link */
    boolean mustPay() {
        boolean first = !paidFor;
        paidFor = true;
        return first;
    }
}
