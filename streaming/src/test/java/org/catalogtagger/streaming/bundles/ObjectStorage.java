package org.catalogtagger.streaming.bundles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.kafka.RunningJob;

/** A server of S3 (S3Proxy over a folder) in a process of its own, which asks for signatures. */
public final class ObjectStorage implements AutoCloseable {
    /** The build puts the server and Flink's plugin there. */
    private static final Path BUILT = Path.of("target/object-storage").toAbsolutePath();

    private static final String KEY = "tagger";
    private static final String SECRET = "swordfish-swordfish";

    private final Path folder;
    private final int port;
    private final Process server;

    private ObjectStorage(Path folder, int port, Process server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    /** Starts one with some buckets. */
    public static ObjectStorage start(Path folder, String... buckets) throws IOException, InterruptedException {
        for (String bucket : buckets) {
            Files.createDirectories(folder.resolve("buckets").resolve(bucket));
        }
        int port = LoopbackPort.free();
        Path settings = Files.writeString(
                folder.resolve("s3proxy.conf"),
                """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem
                jclouds.filesystem.basedir=%s
                """
                        .formatted(port, KEY, SECRET, folder.resolve("buckets")));
        Path log = folder.resolve("s3proxy.log");
        Process server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-jar",
                        BUILT.resolve("s3proxy.jar").toString(),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ObjectStorage storage = new ObjectStorage(folder, port, server);
        RunningJob.await("a server of S3, see " + log, storage::answers);
        return storage;
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Puts a directory's files there, as S3's own tools do. */
    public void put(Path directory, String place) throws Exception {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                put(file, "/" + place + "/" + file.getFileName(), Instant.now());
            }
        }
    }

    /** Signed as of version 2, which takes a line. */
    private void put(Path file, String key, Instant at) throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atZone(ZoneOffset.UTC));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA1"));
        byte[] signature =
                mac.doFinal("PUT\n\n\n\nx-amz-date:%s\n%s".formatted(date, key).getBytes(UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + key))
                .header("x-amz-date", date)
                .header(
                        "Authorization",
                        "AWS " + KEY + ":" + Base64.getEncoder().encodeToString(signature))
                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    /** Where the objects of a bucket lie, each a file. */
    public Path bucket(String name) {
        return folder.resolve("buckets").resolve(name);
    }

    /** What a process of ours has in its environment to reach it by Flink's file systems. */
    public Map<String, String> environment() throws IOException {
        return environment(SECRET);
    }

    /** The same of one that has another password. */
    public Map<String, String> environment(String secret) throws IOException {
        Path settings = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(
                settings.resolve("config.yaml"),
                """
                s3:
                  endpoint: http://127.0.0.1:%d
                  path.style.access: true
                  # The plugin deletes the markers of all folders above each file that it writes, many in one request, for which
                  # this server took 20 s on a busy machine.
                  directory.marker.retention: keep
                  multiobjectdelete.enable: false
                """
                        .formatted(port));
        Map<String, String> environment = new HashMap<>();
        environment.put("FLINK_PLUGINS_DIR", BUILT.resolve("plugins").toString());
        environment.put("FLINK_CONF_DIR", settings.toString());
        environment.put("AWS_ACCESS_KEY_ID", KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", secret);
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        return environment;
    }

    @Override
    public void close() throws InterruptedException {
        int unused = server.destroyForcibly().waitFor();
    }
}
