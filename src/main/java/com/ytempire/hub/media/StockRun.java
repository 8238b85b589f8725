package com.ytempire.hub.media;

import com.ytempire.hub.spending.LinkFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One search on its way through its chain: what has been found, which links have been tried, and what the one under way
 * is doing. Belongs to one exchange; nobody else sees it.
 */
final class StockRun {

    private final StockRequest request;
    private final Instant begunAt;
    private final Map<String, StockItem> items = new LinkedHashMap<>();
    private final List<StockLink> links = new ArrayList<>();
    private LinkFailure ourFault;

    private String link;
    private int tries;
    private long delay;
    private boolean again;
    private Instant calledAt;

    StockRun(StockRequest request, Instant begunAt) {
        this.request = request;
        this.begunAt = begunAt;
    }

    StockRequest request() {
        return request;
    }

    Instant begunAt() {
        return begunAt;
    }

    /** Whether more is wanted than has been found. */
    boolean isOpen() {
        return items.size() < request.count() && ourFault == null;
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

    String link() {
        return link;
    }

    int tries() {
        return tries;
    }

    /** Milliseconds to wait before the next call of the link, if there is one; for routes. */
    public long getDelay() {
        return again ? delay : 0;
    }

    void callBegins(Instant now) {
        calledAt = now;
        tries++;
    }

    Instant calledAt() {
        return calledAt;
    }

    void tryAgainIn(long millis) {
        delay = millis;
    }

    /**
     * The link is done with; of what it has found that is taken which fits the request, until there is enough.
     *
     * @param outcome answered or cached
     */
    void found(String outcome, List<StockItem> more) {
        int before = items.size();
        for (StockItem item : more) {
            if (items.size() < request.count() && request.wants(item)) {
                items.putIfAbsent(item.id(), item);
            }
        }
        end(outcome, null, items.size() - before);
    }

    /** The link gives nothing; the next one is tried. */
    void passedOver(String reason) {
        end(tries == 0 ? "passed_over" : "failed", reason, 0);
    }

    /** Our own mistake: no other link is tried. */
    void ends(LinkFailure fault) {
        ourFault = fault;
        passedOver(fault.reason());
    }

    private void end(String outcome, String reason, int found) {
        again = false;
        links.add(new StockLink(link, outcome, reason, tries, found));
    }

    LinkFailure ourFault() {
        return ourFault;
    }

    List<StockItem> items() {
        return List.copyOf(items.values());
    }

    List<StockLink> links() {
        return List.copyOf(links);
    }
}
