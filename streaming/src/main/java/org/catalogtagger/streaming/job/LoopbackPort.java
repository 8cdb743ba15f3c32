package org.catalogtagger.streaming.job;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

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

    private static int open(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
