package org.catalogtagger.streaming.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.junit.jupiter.api.Test;

/** Flink's real page, asked for what it must not do. */
class ClosedFlinkIT {
    @Test
    void nobodyGetsInAndThePageIsServed() throws Exception {
        Set<String> before = listening();
        try (LocalFlink flink = FlinkEnvironment.local(new Configuration())) {
            StreamExecutionEnvironment env = flink.environment();
            env.fromSequence(0, Long.MAX_VALUE).sinkTo(new DiscardingSink<>());
            JobClient job = env.executeAsync("test");
            int port = URI.create(flink.webPage()).getPort();
            RunningJob.await("the job", () -> ask(port, "GET", "/jobs/" + job.getJobID(), "127.0.0.1", "")
                    .contains("RUNNING"));

            assertThat(ask(port, "GET", "/", "localhost:" + port, ""))
                    .startsWith("HTTP/1.1 200")
                    .contains("<html");
            assertThat(ask(port, "GET", "/jobs", "127.0.0.1:" + port, "Origin: https://evil.example\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("access-control-allow-origin: http://127.0.0.1\r\n")
                    .doesNotContain("origin: *", "evil.example");
            assertThat(ask(port, "GET", "/config", "127.0.0.1", "")).contains("\"web-submit\":false");

            String cancel = "/jobs/" + job.getJobID();
            for (String method : List.of("POST", "PATCH", "PUT", "DELETE", "OPTIONS")) {
                for (String path : List.of(
                        "/jars/upload",
                        "/jars/x/run",
                        "/jobs",
                        cancel,
                        cancel + "/savepoints",
                        cancel + "/stop",
                        "/cluster",
                        "/savepoint-disposal")) {
                    assertThat(ask(port, method, path, "127.0.0.1", "Content-Length: 2\r\n\r\n{}"))
                            .startsWith("HTTP/1.1 403");
                }
            }
            String part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n%s\r\n--x--\r\n"
                    .formatted("y".repeat(100_000));
            assertThat(ask(
                            port,
                            "POST",
                            "/jobs",
                            "127.0.0.1",
                            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(part.length(), part)))
                    .doesNotStartWith("HTTP/1.1 2");
            assertThat(uploaded()).isEmpty();
            for (String path :
                    List.of("/yarn-cancel", "/yarn-stop", "/%79arn-cancel", "/yarn-cancel?x", "/yarn%2dstop")) {
                assertThat(ask(port, "GET", cancel + path, "127.0.0.1", "")).startsWith("HTTP/1.1 403");
            }
            for (String host : List.of("evil.example", "127.0.0.1.evil.example:" + port, "")) {
                assertThat(ask(port, "GET", "/jobs", host, "")).startsWith("HTTP/1.1 403");
            }
            assertThat(ask(port, "GET", cancel, "127.0.0.1", "")).contains("RUNNING");

            Path uploads = Path.of(ClosedFlink.close(new Configuration()).get(WebOptions.UPLOAD_DIR));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(uploads)))
                    .isEqualTo("rwx------");

            Set<String> opened = listening();
            opened.removeAll(before);
            assertThat(opened).isNotEmpty().allMatch(ClosedFlinkIT::isLoopback);
        }
    }

    /** Files that requests have left in the folders for uploads. */
    private static List<Path> uploaded() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "catalog-tagger-web-*")) {
            for (Path folder : folders) {
                try (Stream<Path> all = Files.walk(folder)) {
                    all.filter(Files::isRegularFile).forEach(files::add);
                }
            }
        }
        return files;
    }

    /** An answer, as far as it comes until the server closes. */
    private static String ask(int port, String method, String path, String host, String more) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            String end = more.contains("\r\n\r\n") ? "" : "\r\n";
            socket.getOutputStream()
                    .write("%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s%s"
                            .formatted(method, path, host, more, end)
                            .getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Local addresses, as Linux writes them, of all sockets at which this process listens. */
    private static Set<String> listening() throws IOException {
        assumeThat(Path.of("/proc/self/net/tcp")).exists();
        Set<String> ours;
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            ours = files.map(ClosedFlinkIT::socket).collect(Collectors.toSet());
        }
        return Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(ClosedFlinkIT::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 9 && fields[3].equals("0A") && ours.contains(fields[9]))
                .map(fields -> fields[1])
                .collect(Collectors.toSet());
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String socket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().replaceAll("\\D", "");
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }

    /** 127.0.0.1, also as an IPv6 address, or ::1: each group of four bytes has its lowest first. */
    private static boolean isLoopback(String address) {
        return address.startsWith("0100007F:")
                || address.startsWith("0000000000000000FFFF00000100007F:")
                || address.startsWith("00000000000000000000000001000000:");
    }
}
