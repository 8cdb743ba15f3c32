package org.catalogtagger.streaming.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkClusterTest {
    @TempDir
    private Path folder;

    @Test
    void allJobManagersOfAClusterHaveItsMark() throws IOException {
        Optional<String> mark = FlinkCluster.mark(cluster("shop"));
        assertThat(mark).isPresent();
        assertThat(mark.orElseThrow()).doesNotContainAnyWhitespaces();
        assertThat(FlinkCluster.mark(cluster("shop"))).isEqualTo(mark);
    }

    @Test
    void aClusterOfTheSameNameElsewhereHasAnother() throws IOException {
        Optional<String> mark = FlinkCluster.mark(cluster("shop"));
        Configuration elsewhere = cluster("shop");
        elsewhere.set(
                HighAvailabilityOptions.HA_STORAGE_PATH,
                folder.resolve("elsewhere").toUri().toString());
        assertThat(FlinkCluster.mark(elsewhere)).isPresent().isNotEqualTo(mark);
        assertThat(FlinkCluster.mark(cluster("warehouse"))).isPresent().isNotEqualTo(mark);
    }

    @Test
    void theMarkLiesInTheFolderThatFlinkCleansUp() throws IOException {
        FlinkCluster.mark(cluster("shop"));
        assertThat(folder.resolve("ha/shop")).isDirectory();
        assertThat(folder.resolve("ha/shop/catalog-tagger-mark")).isRegularFile();
    }

    @Test
    void withoutHighAvailabilityOrWithJobsOfOthersThereIsNone() throws IOException {
        Configuration alone = cluster("shop");
        alone.set(HighAvailabilityOptions.HA_MODE, "NONE");
        assertThat(FlinkCluster.mark(alone)).isEmpty();
        Configuration session = cluster("shop");
        session.removeConfig(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID);
        assertThat(FlinkCluster.mark(session)).isEmpty();
        assertThat(folder.resolve("ha")).doesNotExist();
    }

    private Configuration cluster(String name) {
        Configuration flink = new Configuration();
        flink.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
        flink.set(
                HighAvailabilityOptions.HA_STORAGE_PATH,
                folder.resolve("ha").toUri().toString());
        flink.set(HighAvailabilityOptions.HA_CLUSTER_ID, name);
        flink.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, "ffffffffdbc3ddae0000000000000000");
        return flink;
    }
}
