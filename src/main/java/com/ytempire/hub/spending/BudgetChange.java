package com.ytempire.hub.spending;

/** One step of a paid call, as far as budgets are concerned. */
sealed interface BudgetChange {

    Reservation reservation();

    /** @param sent the call goes out as soon as the money is set aside */
    record Reserve(Reservation reservation, boolean sent) implements BudgetChange {}

    record Send(Reservation reservation) implements BudgetChange {}

    record Settle(Reservation reservation, Usage usage) implements BudgetChange {}

    record Release(Reservation reservation) implements BudgetChange {}

    /** Nobody knows how it ended: given back when the call cannot have gone out, else booked at its bound. */
    record Abandon(Reservation reservation) implements BudgetChange {}
}
