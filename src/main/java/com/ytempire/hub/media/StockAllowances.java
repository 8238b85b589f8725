package com.ytempire.hub.media;

import com.ytempire.hub.spending.VendorWindows;
import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** How many requests a vendor takes, counted before each is sent, by all nodes together. */
@Component
class StockAllowances {

    private final VendorWindows windows;
    private final Map<String, List<Allowance>> ofVendors;

    StockAllowances(VendorWindows windows, MediaSettings settings) {
        this.windows = windows;
        this.ofVendors = settings.vendors().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, vendor -> allowances(vendor.getKey(), vendor.getValue())));
    }

    private static List<Allowance> allowances(String vendor, MediaSettings.Vendor settings) {
        return settings.allowances() == null
                ? List.of()
                : settings.allowances().stream()
                        .map(one -> new Allowance(vendor, "requests", one.window(), one.most()))
                        .toList();
    }

    /** The shortest window first; none for a link that calls nobody. */
    List<Allowance> of(String vendor) {
        return ofVendors.getOrDefault(String.valueOf(vendor), List.of());
    }

    /** Whether another request would be refused. */
    boolean isUsedUp(String vendor) {
        return of(vendor).stream().anyMatch(one -> windows.used(one) >= one.most());
    }

    /** Counts one request in every window, the shortest first: a longer one that is used up costs only those. */
    boolean take(String vendor) {
        return of(vendor).stream().allMatch(one -> windows.take(one, 1) == null);
    }

    /** Of the shortest one; zero when the vendor is not known to count. */
    Duration untilNextWindow(String vendor) {
        return of(vendor).stream().findFirst().map(windows::untilNext).orElse(Duration.ZERO);
    }
}
