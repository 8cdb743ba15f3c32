package org.catalogtagger.streaming.job;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Finds ports that nothing listens on, for servers that only this machine is to reach. */
public final class LoopbackPort {
    private LoopbackPort() {}

    /** Any free port. */
    public static int free() throws IOException {
        return open(0);
    }

    /** The wanted port if it is free, else another. */
    public static int freeOr(int wanted) throws IOException {
        try {
            return open(wanted);
        } catch (IOException e) {
            return open(0);
        }
    }

    /** Whether only this machine reaches what listens at a host. */
    public static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static int open(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
