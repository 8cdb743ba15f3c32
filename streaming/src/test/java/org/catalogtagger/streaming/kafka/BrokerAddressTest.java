package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.junit.jupiter.api.Test;

class BrokerAddressTest {
    /** What a TLS server answers to a greeting that it does not like: an alert, handshake_failure. */
    private static final byte[] TLS_ALERT = {21, 3, 3, 0, 2, 2, 40};

    @Test
    void whereNobodyListensTheConnectionIsRefused() throws IOException {
        assertThat(BrokerAddress.diagnose("127.0.0.1:" + LoopbackPort.free(), "PLAINTEXT"))
                .contains("refused", "broker run there");
    }

    @Test
    void aServerThatHangsUpMayBeNoKafkaOrWantALogin() throws IOException {
        assertThat(diagnose(new byte[0])).contains("is it Kafka's port", "security.protocol");
    }

    @Test
    void aWebServerIsNoKafka() throws IOException {
        assertThat(diagnose("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .contains("is it Kafka's port");
    }

    @Test
    void aServerThatAnswersInTlsWantsTls() throws IOException {
        assertThat(diagnose(TLS_ALERT)).contains("it wants TLS", "SASL_SSL");
    }

    @Test
    void whoSpeaksTlsIsNotToldToDoSo() throws IOException {
        assertThat(diagnose(TLS_ALERT, "SSL")).contains("does it want a login", "SASL_SSL");
        assertThat(diagnose(new byte[0], "SASL_SSL")).contains("not by TLS", "security.protocol SASL_SSL right?");
    }

    private static String diagnose(byte[] answer) throws IOException {
        return diagnose(answer, "PLAINTEXT");
    }

    private static String diagnose(byte[] answer, String protocol) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answer(server, answer));
            answering.setDaemon(true);
            answering.start();
            return BrokerAddress.diagnose("127.0.0.1:" + server.getLocalPort(), protocol);
        }
    }

    private static void answer(ServerSocket server, byte[] answer) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                if (client.getInputStream().read(new byte[1 << 14]) > 0) {
                    client.getOutputStream().write(answer);
                }
            } catch (IOException e) {
                // The test is over, or the client hung up.
            }
        }
    }
}
