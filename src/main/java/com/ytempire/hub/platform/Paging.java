package com.ytempire.hub.platform;

import org.springframework.http.HttpStatus;

/**
 * Which page of a list is wanted.
 *
 * @param page from 1
 * @param perPage 1 to {@value #MOST}
 */
public record Paging(int page, int perPage) {

    /** Defaults of the query parameters {@code page} and {@code per_page}. */
    public static final String FIRST = "1";

    public static final String USUAL = "20";

    private static final int MOST = 100;

    /** @throws Problem 422 that names the parameter out of range */
    public Paging {
        if (page < 1) {
            throw outOfRange("page", "page counts from 1");
        }
        if (perPage < 1 || perPage > MOST) {
            throw outOfRange("per_page", "per_page is 1 to " + MOST);
        }
    }

    private static Problem outOfRange(String field, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", detail, field);
    }

    /** How many rows stand before this page. */
    public long offset() {
        return (page - 1L) * perPage;
    }
}
