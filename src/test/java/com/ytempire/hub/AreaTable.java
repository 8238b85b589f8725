package com.ytempire.hub;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who may use whom, for Java and for {@code direct:} alike. */
final class AreaTable {

    private static final Map<String, Set<String>> USES = new TreeMap<>(Map.of(
            "webhooks", Set.of(),
            "accounts", Set.of("notifications"),
            "spending", Set.of(),
            "notifications", Set.of("webhooks"),
            "content", Set.of("spending", "accounts"),
            "media", Set.of("spending", "accounts"),
            "billing", Set.of("accounts", "notifications", "webhooks"),
            "youtube", Set.of("spending", "accounts", "notifications", "webhooks"),
            "videos",
                    Set.of(
                            "content",
                            "media",
                            "youtube",
                            "spending",
                            "accounts",
                            "billing",
                            "notifications",
                            "webhooks"),
            "operations",
                    Set.of(
                            "webhooks",
                            "accounts",
                            "billing",
                            "content",
                            "media",
                            "spending",
                            "youtube",
                            "videos",
                            "notifications")));

    private AreaTable() {}

    static List<String> areas() {
        return List.copyOf(USES.keySet());
    }

    static boolean isArea(String name) {
        return USES.containsKey(name);
    }

    static boolean mayUse(String area, String other) {
        return area.equals(other) || USES.getOrDefault(area, Set.of()).contains(other);
    }
}
