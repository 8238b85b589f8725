package com.ytempire.hub.notifications;

import java.util.Map;

/**
 * What an answer means for a batch of events.
 *
 * @param refused why some of them are refused by themselves, by their index in the batch
 * @param rest what follows for the others
 */
record BatchVerdict(Map<Integer, String> refused, Verdict rest) {

    static BatchVerdict all(Verdict verdict) {
        return new BatchVerdict(Map.of(), verdict);
    }
}
