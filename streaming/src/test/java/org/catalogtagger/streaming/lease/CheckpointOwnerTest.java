package org.catalogtagger.streaming.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointOwnerTest {
    private static final CheckpointOwner OWNER = new CheckpointOwner("shoes", "images", "kafka-1");

    @Property
    void exactlyTheSameOneMayGoOn(
            @ForAll @AlphaChars String group, @ForAll @AlphaChars String topic, @ForAll @AlphaChars String cluster) {
        CheckpointOwner other = new CheckpointOwner(group, topic, cluster);
        assertThat(other.fault(other.toBytes())).isEmpty();
        assertThat(OWNER.fault(other.toBytes())).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "books, images, kafka-1, consumer group books",
        "shoes, others, kafka-1, images topic others",
        "shoes, images, kafka-2, Kafka cluster kafka-2"
    })
    void whatDiffersIsNamed(String group, String topic, String cluster, String named) {
        assertThat(OWNER.fault(new CheckpointOwner(group, topic, cluster).toBytes()))
                .hasValueSatisfying(fault -> assertThat(fault)
                        .startsWith("the checkpoint is of the job of " + named + ", and this is the job of ")
                        .contains("--from-scratch"));
    }

    @Test
    void oneThatSaysTheConsumerGroupOnlyIsHeldToThat() {
        assertThat(OWNER.fault("shoes".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(OWNER.fault("books".getBytes(StandardCharsets.UTF_8))).isPresent();
    }
}
