package com.ytempire.hub.content;

import java.util.List;

/**
 * A spoken text.
 *
 * @param voice null for silence
 * @param model null when the vendor has only one
 * @param parts keys of the kept parts it consists of, in order; none for silence
 */
record Narration(String provider, String voice, String model, int quality, List<String> parts, long millis) {}
