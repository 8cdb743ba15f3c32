package org.catalogtagger.streaming.watch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catalogtagger.streaming.job.LoopbackPort;

/**
 * The names by which a page may be asked for. A page of another site whose name suddenly leads here (DNS rebinding) asks
 * by that name, and must get nothing. Ports do not matter to that; tunnels change them.
 */
final class ServedHosts {
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::\\d{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|\\d{1,3}(?:\\.\\d{1,3}){3}");

    private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    private final boolean loopbackOnly;

    /**
     * The names of a server.
     *
     * @param bound where it listens: a name or address of this machine, or {@code 0.0.0.0} for all
     * @param others names that lead here by way of others, a proxy say
     */
    ServedHosts(String bound, Collection<String> others) {
        others.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        names.add(bound.toLowerCase(Locale.ROOT));
        names.add("[" + bound.toLowerCase(Locale.ROOT) + "]");
        this.loopbackOnly = LoopbackPort.isLoopback(bound);
        if (!loopbackOnly) {
            addThisMachine();
        }
    }

    private void addThisMachine() {
        try {
            InetAddress machine = InetAddress.getLocalHost();
            names.add(machine.getHostName().toLowerCase(Locale.ROOT));
            names.add(machine.getCanonicalHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            // It has no name, but addresses.
        }
    }

    /**
     * Whether a request is for this server.
     *
     * @param header its {@code Host}; empty if it has none
     */
    boolean serve(String header) {
        Matcher host = HOST.matcher(header.toLowerCase(Locale.ROOT));
        if (!host.matches()) {
            return false;
        }
        String name = host.group(1);
        // No other site has an address, or a word without a dot, for its name.
        return names.contains(name) || (!loopbackOnly && (ADDRESS.matcher(name).matches() || !name.contains(".")));
    }
}
