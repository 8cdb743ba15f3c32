package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;
import org.apache.flink.streaming.runtime.partitioner.StreamPartitioner;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.files.BatchFiles;
import org.catalogtagger.streaming.settings.TaggingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembled graph. */
class TaggingJobTest {
    private static final int PARALLELISM = 4;

    @TempDir
    private Path folder;

    @Test
    void withAPartitionForEachSubtaskNoImageLeavesItsSubtaskBeforeItsTag() {
        StreamGraph graph = graph(0, PARALLELISM);
        assertThat(node(graph, "images").getParallelism()).isEqualTo(PARALLELISM);
        assertThat(node(graph, "classify").getParallelism()).isEqualTo(PARALLELISM);
        assertThat(between(graph, "inline images", "classify")).isInstanceOf(ForwardPartitioner.class);
    }

    @Test
    void withFewerPartitionsThanSubtasksImagesGoRoundAllThatClassify() {
        StreamGraph graph = graph(0, 2);
        assertThat(node(graph, "images").getParallelism()).isEqualTo(2);
        assertThat(node(graph, "classify").getParallelism()).isEqualTo(PARALLELISM);
        assertThat(between(graph, "inline images", "classify")).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void classifyHasAParallelismOfItsOwn() {
        StreamGraph graph = graph(6, PARALLELISM);
        assertThat(node(graph, "classify").getParallelism()).isEqualTo(6);
        assertThat(node(graph, "join labels").getParallelism()).isEqualTo(PARALLELISM);
        assertThat(between(graph, "inline images", "classify")).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void headersAreLeftOutWhereTheTagsAreMade() {
        for (int parallelism : List.of(0, 2, 6)) {
            StreamGraph graph = graph(parallelism, PARALLELISM);
            assertThat(between(graph, "classify", "without headers")).isInstanceOf(ForwardPartitioner.class);
            assertThat(between(graph, "classify", "shadow without headers")).isInstanceOf(ForwardPartitioner.class);
        }
    }

    /** Whatever a cluster or an autoscaler says. */
    @Test
    void whatMustBeOneIsOne() {
        assertThat(List.of("read releases", "releases", "no releases"))
                .filteredOn(name -> nodes(graph(0, PARALLELISM)).containsKey(name))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(node(graph(0, PARALLELISM), name).getParallelism())
                        .isEqualTo(1));
        assertThat(node(graph(0, PARALLELISM), "read releases").getMaxParallelism())
                .isEqualTo(1);
    }

    private StreamGraph graph(int classify, int readers) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        env.setParallelism(PARALLELISM);
        BatchFiles files = new BatchFiles(folder);
        TaggingSettings settings = TaggingSettings.of(
                "test",
                Json.MAPPER.valueToTree(
                        Map.of("model", Map.of("bundle", "m"), "classify", Map.of("parallelism", classify))));
        files.job(files.listedImages()).assemble(env, settings, readers);
        return env.getStreamGraph();
    }

    private static Map<String, StreamNode> nodes(StreamGraph graph) {
        return graph.getStreamNodes().stream()
                .collect(Collectors.toMap(
                        node -> node.getOperatorName().replaceFirst("^Source: ", ""), node -> node, (a, b) -> a));
    }

    private static StreamNode node(StreamGraph graph, String name) {
        assertThat(nodes(graph)).containsKey(name);
        return Objects.requireNonNull(nodes(graph).get(name));
    }

    private static StreamPartitioner<?> between(StreamGraph graph, String from, String to) {
        return node(graph, to).getInEdges().stream()
                .filter(edge -> edge.getSourceId() == node(graph, from).getId())
                .findFirst()
                .orElseThrow()
                .getPartitioner();
    }
}
