package org.catalogtagger.streaming.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkProcessesTest {
    @TempDir
    private Path folder;

    @Test
    void aTaskManagerIsWaitedForAsItsConfigurationSays() throws Exception {
        Files.writeString(folder.resolve("config.yaml"), "heartbeat: {interval: 1 s, timeout: 15 s}");
        String[] command = {
            TaskManagerRunner.class.getName(), "--configDir", folder.toString(), "-D", "taskmanager.numberOfTaskSlots=2"
        };
        assertThat(FlinkProcesses.patienceWithTaskManager(command)).hasValue(Duration.ofSeconds(14));
        String[] otherwise = {
            TaskManagerRunner.class.getName(), "--configDir", folder.toString(), "-D", "heartbeat.timeout=20 s"
        };
        assertThat(FlinkProcesses.patienceWithTaskManager(otherwise)).hasValue(Duration.ofSeconds(19));
    }

    @Test
    void elsewhereFlinksDefaultsHold() {
        assertThat(FlinkProcesses.patienceWithTaskManager(
                        "org.apache.flink.kubernetes.taskmanager.KubernetesTaskExecutorRunner"))
                .hasValue(Duration.ofSeconds(40));
    }

    /** Where JobManager and TaskManagers are one process, and stand still together. */
    @Test
    void otherProcessesAreNotWatched() {
        assertThat(FlinkProcesses.patienceWithTaskManager("org.catalogtagger.streaming.commands.Tagger", "stream"))
                .isEmpty();
        assertThat(FlinkProcesses.patienceWithTaskManager("")).isEmpty();
    }
}
