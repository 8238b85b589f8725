package com.ytempire.hub.platform;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Finds addresses of the public internet only. Where a user's endpoint or a vendor's file lies is somebody else's word:
 * without this, the hub could be made to call the machines beside it. The check stands where the connection is made, so
 * that a name that changes its address between two look-ups does not get around it.
 */
public final class PublicAddressesOnly implements DnsResolver {

    private final Set<String> trusted;

    /** @param trusted hosts, in small letters, that may lie anywhere, for a setting of the hub's names them */
    public PublicAddressesOnly(Set<String> trusted) {
        this.trusted = Set.copyOf(trusted);
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
        if (trusted.contains(host.toLowerCase(Locale.ROOT))) {
            return addresses;
        }
        for (InetAddress address : addresses) {
            if (!isPublic(address)) {
                throw new UnknownHostException("the host has no public address");
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
    }

    /** By the IANA registries of special-purpose addresses (RFC 6890). */
    public static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes);
    }

    private static boolean isPublic4(byte[] ip) {
        int first = ip[0] & 0xff;
        int second = ip[1] & 0xff;
        boolean thisNetwork = first == 0;
        boolean carrierGrade = first == 100 && second >= 64 && second < 128;
        boolean protocolAssignments = first == 192 && second == 0 && ip[2] == 0;
        boolean documentation = first == 192 && second == 0 && ip[2] == 2
                || first == 198 && second == 51 && ip[2] == 100
                || first == 203 && second == 0 && ip[2] == 113;
        boolean benchmarks = first == 198 && (second == 18 || second == 19);
        boolean reserved = first >= 240;
        return !(thisNetwork || carrierGrade || protocolAssignments || documentation || benchmarks || reserved);
    }

    /** Of IPv6 only 2000::/3 is given out; inside it, tunnels (6to4, Teredo) may lead to any IPv4 address. */
    private static boolean isPublic6(byte[] ip) {
        boolean globalUnicast = (ip[0] & 0xe0) == 0x20;
        boolean sixToFour = ip[0] == 0x20 && ip[1] == 0x02;
        boolean teredo = ip[0] == 0x20 && ip[1] == 0x01 && ip[2] == 0 && ip[3] == 0;
        boolean documentation = ip[0] == 0x20 && ip[1] == 0x01 && ip[2] == 0x0d && (ip[3] & 0xff) == 0xb8;
        return globalUnicast && !sixToFour && !teredo && !documentation;
    }
}
