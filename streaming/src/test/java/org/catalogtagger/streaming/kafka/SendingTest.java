package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendingTest {
    private static final ProducerRecord<byte[], byte[]> RECORD = new ProducerRecord<>("t", new byte[] {1});

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    private final List<Exception> told = new ArrayList<>();

    @AfterEach
    void close() {
        producer.close();
    }

    /** Kafka refuses the producer its id before the first record is sent: which of both is first is a race. */
    @Test
    void aProducerThatHasFailedBeforeTellsTheCallbackWhy() {
        producer.sendException = new KafkaException(
                "Cannot execute transactional method because we are in an error state",
                new ClusterAuthorizationException("Cluster authorization failed."));
        Sending.send(producer, RECORD, (metadata, e) -> told.add(e));
        assertThat(told).hasSize(1);
        assertThat(Refusal.ofWriting("t", told.get(0))).isEqualTo("the user's ACLs do not let him write to t");
    }

    @Test
    void whatIsSentIsToldOnce() {
        Sending.send(producer, RECORD, (metadata, e) -> {
            assertThat(e).isNull();
            told.add(new Exception("none"));
        });
        assertThat(told).hasSize(1);
        assertThat(producer.history()).containsExactly(RECORD);
    }

    @Test
    void anInterruptionIsNoFailureOfKafkas() {
        producer.sendException = new InterruptException("stop");
        assertThatThrownBy(() -> Sending.send(producer, RECORD, (metadata, e) -> told.add(e)))
                .isInstanceOf(InterruptException.class);
        assertThat(told).isEmpty();
        assertThat(Thread.interrupted()).as("as Kafka's exception leaves it").isTrue();
    }
}
