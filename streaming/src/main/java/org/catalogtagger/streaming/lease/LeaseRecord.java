package org.catalogtagger.streaming.lease;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * What Kafka has of a lease.
 *
 * @param epoch how often it was taken; 0 if never, or not for as long as Kafka keeps offsets
 * @param text of the last holder, and how often it has confirmed since; empty if there was none
 * @param isHeld whether the group's coordinator still counts the last holder as alive
 */
record LeaseRecord(long epoch, String text, boolean isHeld) {
    static final String HANDED_BACK = " handed-back";

    /** The group whose only member is the holder. */
    static String group(StreamSettings.Kafka kafka) {
        return kafka.consumerGroup() + "-lease";
    }

    /** Its offset there is the epoch; nothing is read. Kafka takes an offset for a topic that exists only. */
    static TopicPartition partition(StreamSettings.Kafka kafka) {
        return new TopicPartition(kafka.imagesTopic(), 0);
    }

    /**
     * Asks Kafka.
     *
     * @throws CommandException if it does not answer, or refuses
     */
    static LeaseRecord read(StreamSettings.Kafka kafka) {
        try {
            return ask(kafka);
        } catch (CommandException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new CommandException("group %s: %s".formatted(group(kafka), e.getMessage()), e.getCause());
            }
            throw e;
        }
    }

    private static LeaseRecord ask(StreamSettings.Kafka kafka) {
        // In this order: a holder that comes between the two is seen as alive.
        LeaseRecord committed = KafkaConnection.ask(
                        kafka.bootstrapServers(),
                        kafka.properties(),
                        admin -> admin.listConsumerGroupOffsets(group(kafka)).partitionsToOffsetAndMetadata())
                .values()
                .stream()
                .filter(Objects::nonNull)
                // A group whose images topic was another before has two; the epoch goes on.
                .max(Comparator.comparing(OffsetAndMetadata::offset))
                .map(last -> new LeaseRecord(last.offset(), last.metadata(), false))
                .orElse(new LeaseRecord(0, "", false));
        return new LeaseRecord(committed.epoch, committed.text, hasMember(kafka));
    }

    private static boolean hasMember(StreamSettings.Kafka kafka) {
        try {
            return !KafkaConnection.ask(
                            kafka.bootstrapServers(), kafka.properties(), admin -> description(admin, group(kafka)))
                    .members()
                    .isEmpty();
        } catch (CommandException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    private static KafkaFuture<ConsumerGroupDescription> description(Admin admin, String group) {
        Map<String, KafkaFuture<ConsumerGroupDescription>> groups =
                admin.describeConsumerGroups(List.of(group)).describedGroups();
        return groups.values().iterator().next();
    }

    /** Whether the last holder handed it back, with nothing of it left that could still write. */
    boolean isHandedBack() {
        return text.endsWith(HANDED_BACK);
    }

    Optional<Holder> holder() {
        return Holder.parse(text);
    }

    /** Whether the last holder was of this start. */
    boolean isOf(String start) {
        return holder().map(last -> last.start().equals(start)).orElse(false);
    }
}
