package com.ytempire.hub.spending;

/** A paid call that would pass a limit. Nothing was reserved; free links may still answer. */
public final class BudgetRefused extends RuntimeException {

    private final String limit;

    BudgetRefused(String limit) {
        super("the limit " + limit + " is reached", null, false, false);
        this.limit = limit;
    }

    /** The name of the limit, as in {@code GET /api/v1/spending/limits}. */
    public String limit() {
        return limit;
    }
}
