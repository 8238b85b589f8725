package com.ytempire.hub.notifications;

import java.time.Instant;

/**
 * A mail to people of our own who have to know or to act.
 *
 * @param key of the business event; there is one notice a key, ever
 * @param subject one line without personal data
 * @param text what happened and what to do
 * @param dueAt until when they have to act; null when there is no such date
 */
public record Notice(String key, Audience audience, String subject, String text, Instant dueAt) {

    /** Who is told; their addresses are settings. */
    public enum Audience {
        OPERATORS,
        FINANCE,
        SUPPORT,
        TEAM
    }
}
