package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flink in this JVM, and jobs that come to a bad end there. */
@Timeout(300)
class LocalFlinkIT {
    private static final StreamSettings.Flink SETTINGS = StreamSettings.parse(
                    "test",
                    "{kafka: {bootstrapServers: 'none:1'}, model: {bundle: x}, flink: {restartsWithoutProgress: 2}}")
            .flink();

    @Test
    void answersAfterTheEndOfAJobThatIsAskedAllTheTime() throws Exception {
        for (int run = 0; run < 10; run++) {
            Configuration configuration = new Configuration();
            configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
            try (LocalFlink flink = new LocalFlink(configuration)) {
                StreamExecutionEnvironment env = flink.environment();
                env.fromSequence(1, 1000).sinkTo(new DiscardingSink<>());
                JobClient job = env.executeAsync("short");
                while (!job.getJobStatus().get().isGloballyTerminalState()) {
                    assertThat(job.getAccumulators().get()).isNotNull();
                }
                assertThat(job.getAccumulators().get()).isNotNull();
                assertThat(job.getJobExecutionResult().get().getJobID()).isEqualTo(job.getJobID());
            }
        }
    }

    @Test
    void saysInOneLineWhyItDoesNotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Configuration configuration = new Configuration();
            configuration.set(RestOptions.BIND_PORT, Integer.toString(taken.getLocalPort()));
            try (LocalFlink flink = FlinkEnvironment.local(configuration)) {
                assertThatThrownBy(() -> endless(flink))
                        .isInstanceOf(CommandException.class)
                        .hasMessageContaining("does not start in this process")
                        .hasMessageContaining(Integer.toString(taken.getLocalPort()));
            }
        }
    }

    @Test
    void severalStartAtOnceAndEachFindsAPort() throws Exception {
        List<LocalFlink> several = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                several.add(FlinkEnvironment.local(new Configuration()));
            }
            several.parallelStream().forEach(flink -> {
                try {
                    endless(flink);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(several.stream().map(LocalFlink::webPage)).doesNotHaveDuplicates();
        } finally {
            for (LocalFlink flink : several) {
                flink.close();
            }
        }
    }

    @Test
    void takesNoJarsByItsPage() throws Exception {
        try (LocalFlink flink = new LocalFlink(new Configuration())) {
            endless(flink);
            HttpURLConnection jars = (HttpURLConnection)
                    URI.create(flink.webPage() + "/jars").toURL().openConnection();
            assertThat(jars.getResponseCode()).isEqualTo(404);
        }
    }

    @Test
    void aJobWhoseTaskManagerIsGoneIsGivenUp() throws Exception {
        Configuration restarting = new Configuration();
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        try (LocalFlink flink = new LocalFlink(restarting)) {
            JobClient job = endless(flink);
            JobWatch watch = JobWatch.local(job, flink, SETTINGS, Optional::empty, notice -> {});
            watch.awaitStart();
            flink.last().terminateTaskManager(0).get();
            assertThatThrownBy(() -> goOn(watch))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("cannot run any more: Flink has lost its TaskManager");
        }
    }

    @Test
    void aJobThatFailsAgainAndAgainIsGivenUpWithItsCause() throws Exception {
        Configuration restarting = new Configuration();
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        restarting.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        CopyOnWriteArrayList<String> notices = new CopyOnWriteArrayList<>();
        try (LocalFlink flink = new LocalFlink(restarting)) {
            StreamExecutionEnvironment env = flink.environment();
            env.fromSequence(1, Long.MAX_VALUE)
                    .map(number -> {
                        if (number == 1000) {
                            throw new IllegalStateException("1000 is too much");
                        }
                        return number;
                    })
                    .returns(Long.class)
                    .sinkTo(new DiscardingSink<>());
            JobClient job = env.executeAsync("failing");
            JobWatch watch = JobWatch.local(job, flink, SETTINGS, Optional::empty, notices::add);
            assertThatThrownBy(() -> goOn(watch))
                    .hasMessage("the job cannot run any more: IllegalStateException: 1000 is too much"
                            + " (restarted 2 times without a checkpoint between)");
        }
        assertThat(notices).hasSize(2);
    }

    @Test
    void aJobThatSomeoneCancelsHasFailed() throws Exception {
        try (LocalFlink flink = new LocalFlink(new Configuration())) {
            JobClient job = endless(flink);
            JobWatch watch = JobWatch.unforgiving(job, flink);
            watch.awaitStart();
            job.cancel().get();
            assertThatThrownBy(() -> goOn(watch)).hasMessage("the job was cancelled, not by this command");
        }
    }

    @Test
    void aJobWhoseJobManagerIsGoneIsGivenUp() throws Exception {
        try (LocalFlink flink = new LocalFlink(new Configuration())) {
            JobClient job = endless(flink);
            JobWatch watch = JobWatch.unforgiving(job, flink);
            watch.awaitStart();
            flink.last().closeAsync().get();
            assertThatThrownBy(() -> goOn(watch)).isInstanceOf(CommandException.class);
        }
    }

    private static JobClient endless(LocalFlink flink) throws Exception {
        StreamExecutionEnvironment env = flink.environment();
        env.fromSequence(1, Long.MAX_VALUE)
                .map(number -> {
                    Thread.sleep(1);
                    return number;
                })
                .returns(Long.class)
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync("endless");
    }

    private static void goOn(JobWatch watch) throws InterruptedException {
        while (watch.goesOn()) {
            // It must end by an exception.
        }
    }
}
