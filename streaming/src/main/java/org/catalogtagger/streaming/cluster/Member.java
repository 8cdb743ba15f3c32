package org.catalogtagger.streaming.cluster;

import java.util.List;
import java.util.Locale;

/**
 * One process of the cluster.
 *
 * @param number from 1, among those of its kind
 * @param host the address that it listens at
 * @param ports as its kind has them, see {@link Kind}
 */
public record Member(Kind kind, int number, String host, List<Integer> ports) {
    /** What a process is. */
    public enum Kind {
        /** Chooses the leader of the JobManagers. Its port: clients. */
        ZOOKEEPER,
        /** A broker of Kafka that is a controller too. Its ports: clients, controllers. */
        BROKER,
        /** Flink's JobManager, the job in it. Its ports: REST, TaskManagers, metrics. */
        JOBMANAGER,
        /** Flink's TaskManager. Its port: metrics. */
        TASKMANAGER;

        /** Those of the first of its kind, if nothing else has them. */
        List<Integer> preferredPorts() {
            return switch (this) {
                case ZOOKEEPER -> List.of(2181);
                case BROKER -> List.of(9092, 19092);
                case JOBMANAGER -> List.of(8081, 6123, 9249);
                case TASKMANAGER -> List.of(9349);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Member {
        ports = List.copyOf(ports);
    }

    /** {@code broker-1} say. */
    public String name() {
        return kind + "-" + number;
    }

    /** Where clients find it: brokers', ZooKeeper's, REST, and a TaskManager's metrics. */
    public String address() {
        return host + ":" + ports.get(0);
    }
}
