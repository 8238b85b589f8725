package com.ytempire.hub.platform;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom an address counts for wherever requests or failures of one client are counted. An IPv4 address counts for itself.
 * Of IPv6 a single customer has at least a /64 (RFC 6177), so all addresses of one count as one: else each guess could come
 * from a fresh one.
 */
public final class ClientNetwork {

    private static final int OF_NETWORK = 8; // bytes

    /** Anything else Java would ask a name server for, unless its first letter is a digit. */
    private static final Pattern IPV6 = Pattern.compile("([0-9A-Fa-f:][0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(%.*)?");

    private ClientNetwork() {}

    /** {@code 192.0.2.1}, {@code 2001:db8:0:1::/64}; what is no address is left as it is. Asks no name server. */
    public static String of(String address) {
        Matcher written = address == null ? null : IPV6.matcher(address);
        if (written == null || !written.matches()) {
            return address;
        }
        try {
            InetAddress parsed =
                    InetAddress.getByName(written.group(1)); // what follows a % is this machine's interface
            return parsed instanceof Inet4Address ? parsed.getHostAddress() : network(parsed.getAddress());
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private static String network(byte[] address) {
        StringBuilder network = new StringBuilder();
        for (int i = 0; i < OF_NETWORK; i += 2) {
            network.append(Integer.toHexString((address[i] & 0xff) << 8 | address[i + 1] & 0xff))
                    .append(':');
        }
        return network.append(":/64").toString();
    }
}
