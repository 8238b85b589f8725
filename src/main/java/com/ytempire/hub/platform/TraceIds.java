package com.ytempire.hub.platform;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A thing's trace id is made of its name, so each node, each try and each operator's page knows it without asking: nothing
 * is stored for it.
 */
public final class TraceIds {

    private TraceIds() {}

    /** 32 hexadecimal digits, www.w3.org/TR/trace-context; the same for the same name. */
    public static String of(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    /** Stands for the beginning of everything in that trace, 16 hexadecimal digits. */
    static String root(String traceId) {
        return traceId.substring(16);
    }
}
