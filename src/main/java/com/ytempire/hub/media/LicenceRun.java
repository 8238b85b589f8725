package com.ytempire.hub.media;

import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.Reservation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One licence on its way: who holds it, and what the vendor said. Belongs to one exchange; nobody else sees it. */
final class LicenceRun {

    private final LicenceRequest request;
    private final StockItem asset;
    private final String size;
    private final long licenceNo;
    private final Instant begunAt;
    private final List<StockLink> links = new ArrayList<>();

    private boolean done;
    private Problem refusal;
    private long claim;
    private LicenceStore.Purchase earlier;
    private String vendorLicence;
    private Reservation reservation;
    private BigDecimal paid = BigDecimal.ZERO;
    private int tries;
    private long delay;
    private Instant calledAt;

    LicenceRun(LicenceRequest request, StockItem asset, String size, long licenceNo, Instant begunAt) {
        this.request = request;
        this.asset = asset;
        this.size = size;
        this.licenceNo = licenceNo;
        this.begunAt = begunAt;
    }

    LicenceRequest request() {
        return request;
    }

    StockItem asset() {
        return asset;
    }

    String size() {
        return size;
    }

    long licenceNo() {
        return licenceNo;
    }

    Instant begunAt() {
        return begunAt;
    }

    boolean isOpen() {
        return !done && refusal == null;
    }

    boolean isClaimed() {
        return claim > 0;
    }

    long claim() {
        return claim;
    }

    /** @param left what an earlier purchase has left behind; null when there was none */
    void claimed(long number, LicenceStore.Purchase left) {
        claim = number;
        earlier = left;
    }

    LicenceStore.Purchase earlier() {
        return earlier;
    }

    void earlier(LicenceStore.Purchase left) {
        earlier = left;
    }

    /** The vendor knows it already. */
    boolean isHeld() {
        return vendorLicence != null;
    }

    String vendorLicence() {
        return vendorLicence;
    }

    void held(String licence) {
        vendorLicence = licence;
    }

    void tryBegins() {
        tries++;
        vendorLicence = null;
    }

    void callBegins(Instant now) {
        calledAt = now;
    }

    Instant calledAt() {
        return calledAt;
    }

    int tries() {
        return tries;
    }

    void reserved(Reservation held) {
        reservation = held;
    }

    Reservation reservation() {
        return reservation;
    }

    /** Milliseconds to wait before the next look; for routes. */
    public long getDelay() {
        return delay;
    }

    void tryAgainIn(long millis) {
        delay = millis;
    }

    /** It is there. */
    void done() {
        done = true;
    }

    void answered(String link, BigDecimal cost) {
        done = true;
        paid = cost;
        links.add(new StockLink(link, "answered", null, tries, 1));
    }

    BigDecimal paid() {
        return paid;
    }

    /** It is not to be had. */
    void refused(Problem why) {
        refusal = why;
    }

    Problem refusal() {
        return refusal;
    }

    List<StockLink> links() {
        return List.copyOf(links);
    }
}
