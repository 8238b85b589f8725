package com.ytempire.hub.operations;

import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.VendorCall;
import com.ytempire.hub.platform.VendorSettings;
import com.ytempire.hub.platform.VendorSettings.Vendor;
import com.ytempire.hub.platform.VendorStatus;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.spending.LinkDesk.Provider;
import com.ytempire.hub.spending.LinkProbe;
import com.ytempire.hub.spending.ProbeAnswer;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks each vendor from time to time, at no cost, whether it is well: those whose links know how to ask through them, the
 * others at the address of their settings. One node asks, all see the answer.
 */
@Component("vendorProbes")
class VendorProbes {

    private static final Logger LOG = LoggerFactory.getLogger(VendorProbes.class);
    private static final int LONGEST_ERROR = 300;
    private static final Set<Integer> REFUSED = Set.of(401, 403);

    private final VendorSettings vendors;
    private final OperationsSettings.Probes settings;
    private final Map<String, VendorStatus> configured = new LinkedHashMap<>();
    private final LinkDesk links;
    private final List<LinkProbe> probes;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final NodeId node;

    VendorProbes(
            VendorSettings vendors,
            OperationsSettings settings,
            ObjectProvider<VendorStatus> configured,
            LinkDesk links,
            ObjectProvider<LinkProbe> probes,
            JdbcClient jdbc,
            Clock clock,
            NodeId node) {
        this.vendors = vendors;
        this.settings = settings.probes();
        configured.forEach(status -> this.configured.put(status.name(), status));
        this.links = links;
        this.probes = probes.orderedStream().toList();
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node;
    }

    /**
     * What a probe found.
     *
     * @param status healthy, degraded, unhealthy or off
     * @param error why, for people and without secrets; null when it is healthy
     */
    record Found(String status, String error) {

        static final Found HEALTHY = new Found("healthy", null);

        static Found unhealthy(String error) {
            return new Found("unhealthy", error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR));
        }
    }

    /** The vendors that are due, for this node. */
    public List<String> claim() {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("insert into operations.vendor (vendor, due_at) select v, :now from unnest(:vendors::text[]) v"
                        + " on conflict do nothing")
                .param("vendors", vendors.vendors().keySet().toArray(String[]::new))
                .param("now", now)
                .update();
        return jdbc.sql("""
                        update operations.vendor
                           set node = :node, lease_until = now() + make_interval(secs => :lease)
                         where vendor in (select vendor from operations.vendor
                                           where vendor = any(:vendors::text[]) and due_at <= :now
                                             and (lease_until is null or lease_until < now())
                                           for update skip locked)
                        returning vendor
                        """)
                .param("node", node.value())
                .param("lease", settings.lease().toSeconds())
                .param("vendors", vendors.vendors().keySet().toArray(String[]::new))
                .param("now", now)
                .query(String.class)
                .list();
    }

    /**
     * Whether there is such a vendor, with its row.
     *
     * @throws Problem 404 for an unknown one
     */
    public boolean knows(@Body String vendor) {
        if (!vendors.vendors().containsKey(vendor)) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such vendor");
        }
        jdbc.sql("insert into operations.vendor (vendor, due_at) values (:vendor, :now) on conflict do nothing")
                .param("vendor", vendor)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        return true;
    }

    /** Whether it is asked at an address of its own, and not through its links. */
    public boolean hasAddress(@Body String vendor) {
        return !isOff(vendor) && !settings(vendor).probe().isBlank();
    }

    private Vendor settings(String vendor) {
        return vendors.vendors().get(vendor);
    }

    /** A vendor without credentials is off; so is one that nobody can ask. */
    boolean isOff(String vendor) {
        VendorStatus status = configured.get(vendor);
        return status == null
                ? settings(vendor).probe().isBlank() && linksOf(vendor).isEmpty()
                : !status.configured();
    }

    /** For measuring how long an answer takes. */
    public long begin() {
        return System.nanoTime();
    }

    public VendorCall request(@Body String vendor) {
        Vendor asked = settings(vendor);
        Map<String, String> headers = asked.key().isBlank()
                ? Map.of()
                : asked.header().isBlank()
                        ? Map.of(HttpHeaders.AUTHORIZATION, "Bearer " + asked.key())
                        : Map.of(asked.header(), asked.key());
        return new VendorCall("GET", asked.probe(), headers, null);
    }

    public Found read(
            @Body byte[] body, @Header(Exchange.HTTP_RESPONSE_CODE) int status, @Variable("vendor") String vendor) {
        Vendor asked = settings(vendor);
        if (status < 300 || asked.anyAnswer() && status < 500) {
            return Found.HEALTHY;
        }
        boolean well = !asked.refusedIsWell().isEmpty()
                && new String(body, StandardCharsets.UTF_8).contains(asked.refusedIsWell());
        return well
                ? Found.HEALTHY
                : Found.unhealthy((REFUSED.contains(status) ? "refuses the key: " : "") + "HTTP " + status);
    }

    /** There was no answer. */
    public Found failed(Throwable failure) {
        return Found.unhealthy("no answer: " + failure.getClass().getSimpleName());
    }

    /** Asks through the links; what they learn switches them on or off as well. */
    public Found askLinks(@Body String vendor) {
        if (isOff(vendor)) {
            return new Found(
                    "off",
                    configured.containsKey(vendor) ? configured.get(vendor).howToTurnOn() : null);
        }
        List<String> wrong = new ArrayList<>();
        List<Provider> asked = linksOf(vendor);
        for (Provider link : asked) {
            ProbeAnswer answer = probe(link.name()).probe(link.name());
            if (!answer.well()) {
                wrong.add(link.name() + ": " + answer.reason() + ", " + answer.detail());
            }
        }
        if (wrong.isEmpty()) {
            return Found.HEALTHY;
        }
        Found all = Found.unhealthy(String.join("; ", wrong));
        return wrong.size() < asked.size() ? new Found("degraded", all.error()) : all;
    }

    private List<Provider> linksOf(String vendor) {
        return links.list().stream()
                .filter(link -> vendor.equals(link.vendor()) && !"not_configured".equals(link.reason()))
                .filter(link -> probe(link.name()) != null)
                .toList();
    }

    private LinkProbe probe(String link) {
        return probes.stream().filter(each -> each.knows(link)).findFirst().orElse(null);
    }

    /** Writes down what was found, and when the vendor is asked again. */
    @Transactional
    public void keep(@Body Found found, @Variable("vendor") String vendor, @Variable("begun") long begun) {
        int millis = (int) Duration.ofNanos(System.nanoTime() - begun).toMillis();
        Instant now = clock.instant();
        Duration usual = settings(vendor).every();
        boolean soon = found.status().equals("unhealthy") && settings.again().compareTo(usual) < 0;
        String before = jdbc.sql("select status from operations.vendor where vendor = :vendor for update")
                .param("vendor", vendor)
                .query(String.class)
                .single();
        jdbc.sql("""
                        update operations.vendor
                           set status = :status, since = case when status = :status then since else :now::timestamptz end,
                               probed_at = :now, millis = :millis, error = :error, due_at = :due, node = null,
                               lease_until = null
                         where vendor = :vendor
                        """)
                .param("status", found.status())
                .param("now", Timestamp.from(now))
                .param("millis", found.status().equals("off") ? null : millis)
                .param("error", found.error())
                .param("due", Timestamp.from(now.plus(soon ? settings.again() : usual)))
                .param("vendor", vendor)
                .update();
        if (!found.status().equals("off")) {
            jdbc.sql("insert into operations.probe (vendor, at, status, millis, error)"
                            + " values (:vendor, :now, :status, :millis, :error)")
                    .param("vendor", vendor)
                    .param("now", Timestamp.from(now))
                    .param("status", found.status())
                    .param("millis", millis)
                    .param("error", found.error())
                    .update();
        }
        if (!found.status().equals(before)) {
            LOG.info("vendor {} is {}{}", vendor, found.status(), found.error() == null ? "" : ": " + found.error());
        }
    }
}
