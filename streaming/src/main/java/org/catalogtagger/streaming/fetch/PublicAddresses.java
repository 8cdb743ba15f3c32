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
        int third = bytes[2] & 0xFF;
        boolean thisNetwork = first == 0;
        boolean carrierNat = first == 100 && (second & 0xC0) == 64;
        boolean protocolAssignments = first == 192 && second == 0 && third == 0;
        boolean relays = first == 192 && second == 88 && third == 99;
        boolean benchmarks = first == 198 && (second & 0xFE) == 18;
        boolean examples = (first == 192 && second == 0 && third == 2)
                || (first == 198 && second == 51 && third == 100)
                || (first == 203 && second == 0 && third == 113);
        boolean reserved = first >= 240;
        return !(thisNetwork || carrierNat || protocolAssignments || relays || benchmarks || examples || reserved);
    }

    /** Only 2000::/3 is given out as global unicast addresses; beside it NAT64 leads to IPv4 addresses. */
    private static boolean isPublic6(byte[] bytes) {
        if (startsWith(bytes, 0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return isPublic(embedded(bytes, 12));
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return isPublic(embedded(bytes, 2)); // 6to4
        }
        boolean global = (bytes[0] & 0xE0) == 0x20;
        boolean protocols = startsWith(bytes, 0x20, 0x01, 0x00) || startsWith(bytes, 0x20, 0x01, 0x01); // Teredo too
        boolean examples = startsWith(bytes, 0x20, 0x01, 0x0D, 0xB8) || startsWith(bytes, 0x3F, 0xFF);
        return global && !protocols && !examples;
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress embedded(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
