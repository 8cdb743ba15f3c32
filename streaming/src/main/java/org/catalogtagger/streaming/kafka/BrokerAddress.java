package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.common.config.ConfigException;
import org.catalogtagger.cli.ErrorLine;

/** Finds out why a broker does not answer, which Kafka's client keeps to itself: to it all is a timeout. */
final class BrokerAddress {
    private static final int TIMEOUT_MILLIS = 2_000;

    private BrokerAddress() {}

    /**
     * What is wrong at the first of such addresses, and what to do, as the end of a sentence.
     *
     * @param protocol the {@code security.protocol} that was tried
     */
    static String diagnose(String bootstrapServers, String protocol) {
        InetSocketAddress address;
        try {
            address = ClientUtils.parseAndValidateAddresses(
                            List.of(bootstrapServers.strip().split("\\s*,\\s*")), "use_all_dns_ips")
                    .get(0);
        } catch (ConfigException e) {
            return "no such host now; is the name right?";
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, TIMEOUT_MILLIS);
        } catch (ConnectException e) {
            return "the connection is refused; does a broker run there?";
        } catch (IOException e) {
            return ErrorLine.of(e) + "; is the address right, and no firewall between?";
        }
        boolean triedTls = protocol.endsWith("SSL");
        if (speaksTls(address)) {
            return triedTls
                    ? "it takes connections by TLS and says nothing; does it want a login (security.protocol SASL_SSL,"
                            + " sasl.mechanism) or none (SSL), and can its advertised.listeners be reached from here?"
                    : "it wants TLS; set security.protocol to SSL or SASL_SSL";
        }
        return triedTls
                ? "it takes connections, but not by TLS; is it Kafka's port, and is security.protocol %s right?"
                        .formatted(protocol)
                : "it takes connections and says nothing; is it Kafka's port, does it want a login"
                        + " (security.protocol, sasl.mechanism), and can its advertised.listeners be reached from here?";
    }

    private static boolean speaksTls(InetSocketAddress address) {
        try (Socket plain = new Socket()) {
            plain.connect(address, TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            try (SSLSocket tls =
                    (SSLSocket) factory.createSocket(plain, address.getHostString(), address.getPort(), false)) {
                tls.startHandshake();
                return true;
            }
        } catch (IOException e) {
            // A certificate that we do not trust, or one of ours that is missing, came in TLS.
            return ExceptionUtils.findThrowable(e, GeneralSecurityException.class)
                            .isPresent()
                    || ErrorLine.of(e).contains("fatal alert");
        }
    }
}
