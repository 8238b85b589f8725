package com.ytempire.hub.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What the API answers when all went well.
 *
 * @param success always true: a failure is a problem, with its own media type
 * @param pagination with lists only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiAnswer<T>(boolean success, T data, Pagination pagination) {

    /** Where in the whole list a page stands. */
    public record Pagination(int page, int perPage, long total, long pages) {}

    public static <T> ApiAnswer<T> of(T data) {
        return new ApiAnswer<>(true, data, null);
    }

    public static <T> ApiAnswer<List<T>> of(Page<T> page) {
        Paging paging = page.paging();
        long pages = (page.total() + paging.perPage() - 1) / paging.perPage();
        return new ApiAnswer<>(
                true, page.items(), new Pagination(paging.page(), paging.perPage(), page.total(), pages));
    }
}
