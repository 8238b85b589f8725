package com.ytempire.hub.content;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.Reservation;
import com.ytempire.hub.spending.Spend;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * One request on its way through its chain: which links have been tried, and what the one under way is doing. Belongs to
 * one exchange; nobody else sees it. A link may need one call or several.
 *
 * @param <R> what is wanted
 * @param <A> what answers it
 */
class ChainRun<R, A> {

    /** What has to be put in order when a call has ended. */
    interface CallEnd {

        /** @param mayCost whether the vendor counts the call, as far as anybody knows */
        void ended(boolean mayCost);
    }

    private final R request;
    private final Instant begunAt;
    private final Instant deadline;
    private final List<PassedOver> links = new ArrayList<>();
    private BigDecimal cost = BigDecimal.ZERO;
    private A answer;
    private String answeredBy;

    private String link;
    private int calls;
    private int tries;
    private long delay;
    private boolean again;
    private LinkFailure ourFault;
    private Problem callersFault;
    private boolean calling;
    private Instant calledAt;
    private Reservation reservation;
    private Object price;
    private final List<Reservation> held = new ArrayList<>();
    private final List<CallEnd> ends = new ArrayList<>();

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
        calls = 0;
        tries = 0;
        delay = 0;
        calling = false;
        again = true;
        return true;
    }

    boolean isAgain() {
        return again;
    }

    /** Whether the link has been tried or passed over. */
    boolean isDoneWith(String name) {
        return links.stream().anyMatch(done -> done.link().equals(name));
    }

    /** Milliseconds to wait before the next call of the link, if there is one; for routes. */
    public long getDelay() {
        return again ? delay : 0;
    }

    void holds(Reservation kept) {
        held.add(kept);
    }

    /** Money that was set aside for such a call; null when there is none. */
    Reservation takeHeld(Spend spend) {
        for (Iterator<Reservation> each = held.iterator(); each.hasNext(); ) {
            Reservation kept = each.next();
            if (kept.isFor(spend)) {
                each.remove();
                return kept;
            }
        }
        return null;
    }

    /** All money that was set aside and is not needed any more. */
    List<Reservation> takeHeld() {
        List<Reservation> all = List.copyOf(held);
        held.clear();
        return all;
    }

    /** To be put in order when the call that is being prepared has ended, or is not made after all. */
    void whenCallEnds(CallEnd end) {
        ends.add(end);
    }

    void callBegins(Instant now, Reservation taken) {
        calling = true;
        calledAt = now;
        reservation = taken;
        calls++;
        tries++;
    }

    /** @return what has to be put in order now, last first */
    List<CallEnd> callEnds() {
        List<CallEnd> all = new ArrayList<>(ends);
        ends.clear();
        Collections.reverse(all);
        return all;
    }

    void callIsOver() {
        calling = false;
    }

    /** Whether a call is under way. */
    boolean isCalling() {
        return calling;
    }

    /** The next call of the link is another one, with tries of its own. */
    void callSucceeded() {
        tries = 0;
        delay = 0;
    }

    Instant calledAt() {
        return calledAt;
    }

    /** A price may change while a call is out: it is booked at the one it was reserved at. */
    void chargedBy(Object agreed) {
        price = agreed;
    }

    /** The price of the call under way, as its vendor reckons. */
    <P> P price(Class<P> kind) {
        return kind.cast(price);
    }

    Reservation reservation() {
        return reservation;
    }

    /** The money of the call has been dealt with. */
    void settled(BigDecimal paid) {
        cost = cost.add(paid);
        reservation = null;
    }

    /** Calls of the link, of all kinds. */
    int calls() {
        return calls;
    }

    /** Of the call under way. */
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
        links.add(new PassedOver(link, "answered", null, calls));
    }

    void tryAgainIn(long millis) {
        delay = millis;
    }

    /** The link is done with; the next one is tried. */
    void passedOver(String reason) {
        again = false;
        links.add(new PassedOver(link, calls == 0 ? "passed_over" : "failed", reason, calls));
    }

    /** Our own mistake: no other link is tried. */
    void ends(LinkFailure fault) {
        ourFault = fault;
        passedOver(fault.reason());
    }

    /** What the vendor refuses is what the caller named: he is told so when the chain has ended. */
    void blames(Problem told) {
        callersFault = told;
    }

    /** Null unless the caller is at fault. */
    Problem callersFault() {
        return callersFault;
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
