package org.catalogtagger.streaming.kafka;

/**
 * A topic as a cluster has it.
 *
 * @param replication of its first partition
 * @param cleanup {@code delete}, {@code compact} or {@code compact,delete}
 * @param retentionMillis how long records are kept, where cleanup deletes; -1 for ever
 */
public record FoundTopic(
        String name, int partitions, int replication, String cleanup, int maxMessageBytes, long retentionMillis) {}
