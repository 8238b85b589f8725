package com.ytempire.hub.media;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Which addresses files of stock may be loaded from. A vendor's answer is input: an address elsewhere, in the hub's own
 * network for instance, is not followed.
 */
@Component
public class StockAddresses {

    private final MediaSettings settings;

    StockAddresses(MediaSettings settings) {
        this.settings = settings;
    }

    /**
     * Whether the address is one of that vendor's: by https at one of its hosts or below one, or exactly where the hub
     * is set to call it.
     *
     * @param provider as {@link StockItem#provider()} names it
     */
    public boolean mayLoad(String provider, String url) {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException e) {
            return false;
        }
        MediaSettings.Vendor vendor = settings.vendors().get(provider);
        if (vendor == null || address.getHost() == null || address.getRawUserInfo() != null) {
            return false;
        }
        String host = address.getHost().toLowerCase(Locale.ROOT);
        boolean listed = "https".equalsIgnoreCase(address.getScheme())
                && (address.getPort() == -1 || address.getPort() == 443)
                && vendor.hosts().stream().anyMatch(known -> host.equals(known) || host.endsWith("." + known));
        return listed
                || settings.links().values().stream()
                        .filter(link -> provider.equals(link.vendor()))
                        .anyMatch(link -> isSameServer(link.address(), address));
    }

    /** The hosts of these addresses that may lie anywhere: those the hub is set to call. */
    public Set<String> trustedHosts() {
        return settings.links().values().stream()
                .filter(link -> link.url() != null) // what was kept is asked of nobody
                .map(link -> link.address().getHost().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isSameServer(URI one, URI other) {
        return Objects.equals(one.getScheme(), other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }
}
