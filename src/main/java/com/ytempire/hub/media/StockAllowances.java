package com.ytempire.hub.media;

import com.ytempire.hub.spending.VendorWindows;
import com.ytempire.hub.spending.VendorWindows.Allowance;
import java.time.Clock;
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
    private final Clock clock;

    StockAllowances(VendorWindows windows, MediaSettings settings, Clock clock) {
        this.windows = windows;
        this.clock = clock;
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

    /** Whether another request would be refused. */
    boolean isUsedUp(String vendor) {
        return ofVendors.get(vendor).stream().anyMatch(one -> windows.used(one) >= one.most());
    }

    /** Counts one request in every window, the shortest first: a longer one that is used up costs only those. */
    boolean take(String vendor) {
        return ofVendors.get(vendor).stream().allMatch(one -> windows.take(one, 1) == null);
    }

    /** Of the shortest one; zero when the vendor is not known to count. */
    Duration untilNextWindow(String vendor) {
        return ofVendors.get(vendor).stream()
                .findFirst()
                .map(one -> {
                    long seconds = one.window().toSeconds();
                    return Duration.ofSeconds(
                            seconds - Math.floorMod(clock.instant().getEpochSecond(), seconds));
                })
                .orElse(Duration.ZERO);
    }
}
