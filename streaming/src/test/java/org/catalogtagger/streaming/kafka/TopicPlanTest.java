package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.catalogtagger.streaming.kafka.TopicPlan.Maker;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;

class TopicPlanTest {
    private static final List<TopicPlan> PLANS = TopicPlan.all(StreamSettings.parse(
            "test", "{kafka: {bootstrapServers: 'none:1'}, model: {bundle: x}, images: {maxBytes: 1000}}"));
    private static final int ROOM = TopicPlan.RECORD_OVERHEAD;

    @Test
    void onlyTheImagesAreLeftToTheUser() {
        assertThat(PLANS)
                .filteredOn(plan -> plan.maker() == Maker.USER)
                .singleElement()
                .satisfies(plan -> assertThat(plan.name()).isEqualTo("product-images"));
    }

    @Test
    void theRejectedTopicHoldsWhateverTheImagesTopicDoes() {
        Optional<FoundTopic> images = Optional.of(topic("product-images", "delete", 5000));
        TopicPlan rejected = plan("product-images-rejected");
        assertThat(rejected.largest()).contains(1000 + 2 * ROOM);
        assertThat(rejected.faults(topic("product-images-rejected", "delete", 5000), images))
                .singleElement()
                .asString()
                .contains("max.message.bytes is 5000", Integer.toString(5000 + ROOM));
        assertThat(rejected.faults(topic("product-images-rejected", "delete", 5000 + ROOM), images))
                .isEmpty();
    }

    @Test
    void whatIsInForceMustNotBeForgotten() {
        TopicPlan releases = plan("model-releases");
        for (String cleanup : List.of("delete", "compact,delete")) {
            assertThat(releases.faults(topic("model-releases", cleanup, 5000), Optional.empty()))
                    .singleElement()
                    .asString()
                    .contains("cleanup.policy is " + cleanup);
        }
        assertThat(releases.faults(topic("model-releases", "compact", 5000), Optional.empty()))
                .isEmpty();
    }

    private static TopicPlan plan(String name) {
        return PLANS.stream()
                .filter(plan -> plan.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static FoundTopic topic(String name, String cleanup, int maxMessageBytes) {
        return new FoundTopic(name, 2, 1, cleanup, maxMessageBytes, -1);
    }

    @Test
    void acceptancesAreFewAndTheJobMakesTheirTopic() {
        TopicPlan acceptances = plan("drift-acceptances");
        assertThat(acceptances.maker()).isEqualTo(Maker.JOB);
        assertThat(acceptances.spread()).isFalse();
        assertThat(acceptances.faults(topic("drift-acceptances", "delete", 5000), Optional.empty()))
                .isEmpty();
    }
}
