package com.ytempire.hub.platform;

import java.time.Duration;
import java.time.Instant;

/**
 * Something somebody must know of. The same kind, service and subject are the same trouble.
 *
 * @param kind stable, lower case: {@code dead_letter}
 * @param service of whom: a vendor, a chain, the hub
 * @param subject what exactly; empty when kind and service say it all
 * @param message one sentence for people, without secrets and personal data
 * @param page path of the operator's page that shows it and has the remedy
 * @param dueAt until when somebody has to act; null when there is no such time
 * @param quiet it is over when it was not seen for so long; null: when a person says so
 * @param repeated whether people are told again while it lasts, or only when it begins, gets worse and is over
 */
public record Trouble(
        String kind,
        String service,
        String subject,
        Audience audience,
        Level level,
        String message,
        String page,
        Instant dueAt,
        Duration quiet,
        boolean repeated) {

    /** Who is told. */
    public enum Audience {
        OPERATORS,
        FINANCE
    }

    /** How bad it is. */
    public enum Level {
        WARNING,
        CRITICAL
    }

    /** One for operators, without a date. */
    public static Trouble of(
            String kind, String service, String subject, Level level, String message, String page, Duration quiet) {
        return new Trouble(kind, service, subject, Audience.OPERATORS, level, message, page, null, quiet, true);
    }

    /** The same, of which people are not told again and again: it lasts for weeks. */
    public Trouble once() {
        return new Trouble(kind, service, subject, audience, level, message, page, dueAt, quiet, false);
    }
}
