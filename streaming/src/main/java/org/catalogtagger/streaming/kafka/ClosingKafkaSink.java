package org.catalogtagger.streaming.kafka;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.kafka.clients.admin.Admin;
import org.catalogtagger.streaming.process.FlinkProcesses;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka sink whose writers close all that they open. The connector's exactly-once writer asks for the open transactions of
 * its names by an admin client, and leaves that open (seen in 5.0.0): with each restart of a job a thread and a connection
 * more for each sink and subtask, 423 of them after an hour of tests. And to close one never fails, and a TaskManager that has them is
 * none that wakes among its successors.
 */
final class ClosingKafkaSink<T>
        implements Sink<T>,
                SupportsWriterState<T, KafkaWriterState>,
                SupportsCommitter<KafkaCommittable>,
                SupportsPostCommitTopology<KafkaCommittable> {
    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(ClosingKafkaSink.class);

    private final KafkaSink<T> sink;

    ClosingKafkaSink(KafkaSink<T> sink) {
        this.sink = sink;
    }

    @Override
    public Writer<T> createWriter(WriterInitContext context) throws IOException {
        FlinkProcesses.watchTaskManager();
        return new Writer<>(twoPhase().createWriter(context));
    }

    @Override
    public Writer<T> restoreWriter(WriterInitContext context, Collection<KafkaWriterState> state) throws IOException {
        FlinkProcesses.watchTaskManager();
        return new Writer<>(twoPhase().restoreWriter(context, state));
    }

    @Override
    public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) throws IOException {
        return sink.createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committables) {
        sink.addPostCommitTopology(committables);
    }

    /** By its interface: the class of the connector's writer is not public. */
    private TwoPhaseCommittingStatefulSink<T, KafkaWriterState, KafkaCommittable> twoPhase() {
        return sink;
    }

    private static final class Writer<T>
            implements StatefulSinkWriter<T, KafkaWriterState>, CommittingSinkWriter<T, KafkaCommittable> {
        private static final String EXACTLY_ONCE = "ExactlyOnceKafkaWriter";
        private static final String ADMIN = "adminClient";

        private final PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer;

        Writer(PrecommittingStatefulSinkWriter<T, KafkaWriterState, KafkaCommittable> writer) {
            this.writer = writer;
        }

        @Override
        public void write(T element, Context context) throws IOException, InterruptedException {
            writer.write(element, context);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
            return writer.prepareCommit();
        }

        @Override
        public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
            return writer.snapshotState(checkpointId);
        }

        /**
         * Throws nothing. When Kafka has refused records, the connector's writer says so once more here, and what a task that
         * fails throws as it is closed is to Flink the end of the whole TaskManager. Nothing is lost by it: in good order all
         * records are flushed, and what became of them is looked at, before this.
         */
        @Override
        public void close() {
            Admin left = admin();
            try {
                writer.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.warn("closed after a failure", e);
            } finally {
                if (left != null) {
                    left.close(Duration.ZERO);
                }
            }
        }

        /** The one that it has opened, if it has: of the class that has it, only an interface is public. */
        private @Nullable Admin admin() {
            if (!writer.getClass().getSimpleName().equals(EXACTLY_ONCE)) {
                return null;
            }
            try {
                Field admin = writer.getClass().getDeclaredField(ADMIN);
                admin.setAccessible(true);
                return (Admin) admin.get(writer);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the connector's writer is another than that of 5.0.0", e);
            }
        }
    }
}
