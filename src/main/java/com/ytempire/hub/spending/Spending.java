package com.ytempire.hub.spending;

import com.ytempire.hub.platform.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Reserve, send, settle: whoever pays a vendor sets the most it can cost aside first, durably, so that calls of all
 * nodes together never pass a limit; says that the call goes out; and settles with what it has really cost.
 *
 * <p>A crash after {@link #reserve} gives the money back. After {@link #sending} the call may have gone out: it is booked
 * at its bound, until {@link #settle} tells the vendor's figure, however late.
 */
@Component("spending")
public class Spending {

    private final BudgetWriter writer;
    private final Bounds bounds;
    private final Clock clock;
    private final ZoneId zone;

    Spending(BudgetWriter writer, Bounds bounds, Clock clock, @Value("${hub.zone}") ZoneId zone) {
        this.writer = writer;
        this.bounds = bounds;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Returns once the money is set aside.
     *
     * @throws BudgetRefused when a limit would be passed; nothing is set aside
     * @throws Problem 503 when the database does not answer; nothing may be called then
     */
    public Reservation reserve(Spend spend) {
        Reservation reservation = reservation(spend);
        writer.reserve(reservation);
        return reservation;
    }

    /**
     * {@link #reserve} and {@link #sending} at once, for a call that goes out without delay.
     *
     * @throws BudgetRefused when a limit would be passed; nothing is set aside
     * @throws Problem 503 when the database does not answer; nothing may be called then
     */
    public Reservation reserveAndSend(Spend spend) {
        Reservation reservation = reservation(spend);
        writer.reserveAndSend(reservation);
        return reservation;
    }

    private Reservation reservation(Spend spend) {
        Instant now = clock.instant();
        return new Reservation(id(now), bounds.corrected(spend), LocalDate.ofInstant(now, zone), spend.bound());
    }

    /** Version 7 of RFC 9562: what is reserved together lies together in the table's index. */
    private static UUID id(Instant now) {
        UUID random = UUID.randomUUID();
        return new UUID(
                now.toEpochMilli() << 16 | 0x7000 | random.getMostSignificantBits() & 0xfff,
                random.getLeastSignificantBits());
    }

    /**
     * Returns once it is written down that the call may have gone out.
     *
     * @throws IllegalStateException when the reservation has been given back meanwhile: the call must not be made
     */
    public void sending(Reservation reservation) {
        writer.send(reservation);
    }

    /** Books what the call has cost and frees the rest; the first settlement of a call counts, and corrects a booking. */
    public void settle(Reservation reservation, Usage usage) {
        writer.settle(reservation, usage);
    }

    /**
     * {@link #settle} a little later, without the caller waiting for it; what this node reserves meanwhile can have what it
     * frees. A crash before that leaves the call to be booked at its bound, as one whose answer was lost.
     */
    public void settleSoon(Reservation reservation, Usage usage) {
        writer.settleSoon(reservation, usage);
    }

    /**
     * Books the call at its bound, for nobody knows whether it reached the vendor: its answer was lost. A reservation that
     * was never sent is given back.
     */
    public void lost(Reservation reservation) {
        writer.abandon(reservation);
    }

    /** Frees what was set aside, for the call was not made or the vendor did not charge it. */
    public void release(Reservation reservation) {
        writer.release(reservation);
    }
}
