package com.ytempire.hub.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.ytempire.hub.platform.Measures;
import com.ytempire.hub.platform.Measures.Window;
import com.ytempire.hub.platform.VendorSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How the vendors do: what their last probe found, and what the calls of the last minutes tell. */
@Component
class VendorHealth {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final VendorSettings vendors;
    private final Measures measures;
    private final OperationsSettings settings;

    VendorHealth(JdbcClient jdbc, Clock clock, VendorSettings vendors, Measures measures, OperationsSettings settings) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vendors = vendors;
        this.measures = measures;
        this.settings = settings;
    }

    /**
     * A vendor.
     *
     * @param status healthy, degraded, unhealthy, off, or unknown before its first probe
     * @param since it has had this status
     * @param probedAt null before its first probe
     * @param millis the probe took; null when it was not asked
     * @param error why it is not healthy, or how to turn it on
     * @param stale whether the last probe is longer ago than it should be
     * @param calls of the last minutes, as are the next three
     */
    record Vendor(
            String name,
            String group,
            String status,
            Instant since,
            Instant probedAt,
            Integer millis,
            String error,
            boolean stale,
            long calls,
            long errors,
            Long average,
            Long p95) {}

    List<Vendor> vendors() {
        Instant now = clock.instant();
        Map<String, Window> calls =
                measures.between(Measures.VENDOR, now.minus(settings.alerts().rates()), now);
        Map<String, Vendor> found = new LinkedHashMap<>();
        jdbc.sql("select vendor, status, since, probed_at, millis, error from operations.vendor")
                .query((row, number) -> found.put(row.getString("vendor"), vendor(row, calls, now)))
                .list();
        return vendors.vendors().keySet().stream()
                .map(name -> found.containsKey(name) ? found.get(name) : unknown(name, calls.get(name)))
                .toList();
    }

    private Vendor vendor(ResultSet row, Map<String, Window> calls, Instant now) throws SQLException {
        String name = row.getString("vendor");
        VendorSettings.Vendor known = vendors.vendors().get(name);
        Instant probedAt = instant(row, "probed_at");
        Duration every = known == null ? settings.stale() : known.every();
        Window window = calls.get(name);
        return new Vendor(
                name,
                known == null ? "" : known.group(),
                row.getString("status"),
                instant(row, "since"),
                probedAt,
                (Integer) row.getObject("millis"),
                row.getString("error"),
                probedAt == null || probedAt.plus(every.multipliedBy(2)).isBefore(now),
                window == null ? 0 : window.calls(),
                window == null ? 0 : window.errors(),
                window == null ? null : window.average(),
                window == null ? null : window.within(0.95));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column) == null
                ? null
                : row.getTimestamp(column).toInstant();
    }

    private Vendor unknown(String name, Window window) {
        return new Vendor(
                name,
                vendors.vendors().get(name).group(),
                "unknown",
                null,
                null,
                null,
                null,
                true,
                window == null ? 0 : window.calls(),
                window == null ? 0 : window.errors(),
                window == null ? null : window.average(),
                window == null ? null : window.within(0.95));
    }

    /** As the API tells it. */
    Health health() {
        return new Health(
                clock.instant(),
                vendors().stream()
                        .map(vendor -> new Service(
                                vendor.name(), vendor.status(), vendor.millis(), vendor.error(), vendor.probedAt()))
                        .toList());
    }

    record Health(Instant timestamp, List<Service> services) {}

    /** @param error why, when it is not healthy */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Service(
            String service,
            String status,
            @JsonProperty("response_time_ms") Integer responseTimeMs,
            String error,
            Instant checkedAt) {}
}
