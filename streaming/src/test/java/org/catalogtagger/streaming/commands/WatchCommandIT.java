package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WatchCommandIT {
    @Test
    void servesThePageUntilItIsStopped(@TempDir Path folder) throws Exception {
        try (LocalKafka kafka = LocalKafka.start(folder)) {
            int port = LoopbackPort.free();
            String[] arguments = {"watch", "--bootstrap", kafka.bootstrapServers(), "--port", Integer.toString(port)};
            Thread first = new Thread(() -> Tagger.commandLine().execute(arguments));
            first.start();
            RunningJob.await("the page", () -> page(port).contains("<title>Catalog Tagger"));

            StringWriter err = new StringWriter();
            CommandLine second = Tagger.commandLine().setErr(new PrintWriter(err, true));
            assertThat(second.execute(arguments)).isEqualTo(1);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .contains("port " + port + " (Address already in use");

            first.interrupt();
            first.join();
            assertThat(page(port)).isEmpty();
        }
    }

    private static String page(int port) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port)).build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
