package com.ytempire.hub.content;

import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.Reservation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One request on its way through its chain: which links have been tried, and what the one under way is doing. Belongs to
 * one exchange; nobody else sees it.
 *
 * @param <R> what is wanted
 * @param <A> what answers it
 */
final class ChainRun<R, A> {

    private final R request;
    private final Instant begunAt;
    private final Instant deadline;
    private final List<PassedOver> links = new ArrayList<>();
    private BigDecimal cost = BigDecimal.ZERO;
    private A answer;
    private String answeredBy;

    private String link;
    private int tries;
    private long delay;
    private boolean again;
    private LinkFailure ourFault;
    private Instant calledAt;
    private Reservation reservation;

    ChainRun(R request, Instant begunAt, Instant deadline) {
        this.request = request;
        this.begunAt = begunAt;
        this.deadline = deadline;
    }

    R request() {
        return request;
    }

    Instant begunAt() {
        return begunAt;
    }

    Instant deadline() {
        return deadline;
    }

    /** Whether the next link is to be tried. */
    boolean isOpen() {
        return answer == null && ourFault == null;
    }

    /** The first time a link is asked for, it begins. */
    boolean begins(String name) {
        if (name.equals(link)) {
            return false;
        }
        link = name;
        tries = 0;
        delay = 0;
        again = true;
        return true;
    }

    boolean isAgain() {
        return again;
    }

    /** Milliseconds to wait before the next call of the link; for routes. */
    public long getDelay() {
        return delay;
    }

    void callBegins(Instant now, Reservation held) {
        calledAt = now;
        reservation = held;
        tries++;
    }

    Instant calledAt() {
        return calledAt;
    }

    Reservation reservation() {
        return reservation;
    }

    /** The money of the call has been dealt with. */
    void settled(BigDecimal paid) {
        cost = cost.add(paid);
        reservation = null;
    }

    int tries() {
        return tries;
    }

    String link() {
        return link;
    }

    void answered(A text) {
        answer = text;
        answeredBy = link;
        again = false;
        links.add(new PassedOver(link, "answered", null, tries));
    }

    void tryAgainIn(long millis) {
        delay = millis;
    }

    /** The link is done with; the next one is tried. */
    void passedOver(String reason) {
        again = false;
        links.add(new PassedOver(link, tries == 0 ? "passed_over" : "failed", reason, tries));
    }

    /** Our own mistake: no other link is tried. */
    void ends(LinkFailure fault) {
        ourFault = fault;
        passedOver(fault.reason());
    }

    LinkFailure ourFault() {
        return ourFault;
    }

    A answer() {
        return answer;
    }

    String answeredBy() {
        return answeredBy;
    }

    BigDecimal cost() {
        return cost;
    }

    List<PassedOver> links() {
        return List.copyOf(links);
    }
}
