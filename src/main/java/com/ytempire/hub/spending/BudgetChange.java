package com.ytempire.hub.spending;

/** One step of a paid call, as far as budgets are concerned. */
sealed interface BudgetChange {

    Reservation reservation();

    record Reserve(Reservation reservation) implements BudgetChange {}

    record Send(Reservation reservation) implements BudgetChange {}

    record Settle(Reservation reservation, Usage usage) implements BudgetChange {}

    record Release(Reservation reservation) implements BudgetChange {}

    /** Its node is gone: given back when the call cannot have gone out, else booked at its bound. */
    record Abandon(Reservation reservation) implements BudgetChange {}
}
