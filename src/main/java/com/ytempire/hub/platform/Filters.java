package com.ytempire.hub.platform;

import java.util.Collection;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;

/** Query parameters that take one of a few words: another one would look like an empty list. */
public final class Filters {

    private Filters() {}

    /**
     * Checks a parameter that may be left out.
     *
     * @param field the parameter's name in the request
     * @throws Problem 400 that names the parameter and what it may be
     */
    public static void mustBeOneOf(Collection<String> known, String value, String field) {
        if (value != null && !known.contains(value)) {
            throw new Problem(
                    HttpStatus.BAD_REQUEST,
                    "validation_failed",
                    known.isEmpty()
                            ? "This list has no " + field + " to filter by"
                            : field + " is one of " + String.join(", ", new TreeSet<>(known)),
                    field);
        }
    }
}
