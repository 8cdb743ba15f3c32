package org.catalogtagger.streaming.fetch;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * Resolves names to public addresses only. It stands between name and connection, so that a name that resolves
 * differently a moment later (DNS rebinding), or a redirect, gets no further.
 */
final class PublicAddresses implements DnsResolver {
    /** A name that leads into an internal network. */
    static final class InternalAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        InternalAddressException(String host, InetAddress address) {
            super("%s is at the internal address %s".formatted(host, address.getHostAddress()));
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
        for (InetAddress address : addresses) {
            if (!isPublic(address)) {
                throw new InternalAddressException(host, address);
            }
        }
        return addresses;
    }

    @Override
    @Nullable
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
    }

    /** Whether an address is none of those that RFC 6890 reserves for hosts, links, sites and groups. */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isPublic4(bytes);
        }
        return address instanceof Inet6Address && isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        boolean thisNetwork = first == 0;
        boolean carrierNat = first == 100 && (second & 0xC0) == 64;
        boolean protocolAssignments = first == 192 && second == 0 && bytes[2] == 0;
        boolean benchmarks = first == 198 && (second & 0xFE) == 18;
        boolean reserved = first >= 240;
        return !(thisNetwork || carrierNat || protocolAssignments || benchmarks || reserved);
    }

    private static boolean isPublic6(byte[] bytes) {
        boolean uniqueLocal = (bytes[0] & 0xFE) == 0xFC;
        // 64:ff9b::/96 (NAT64) and 2002::/16 (6to4) carry an IPv4 address.
        boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xFF) == 0xFF && (bytes[3] & 0xFF) == 0x9B;
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        try {
            if (nat64) {
                return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16)));
            }
            if (sixToFour) {
                return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 2, 6)));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
        return !uniqueLocal;
    }
}
