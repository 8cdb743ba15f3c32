package org.catalogtagger.streaming.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.cluster.Member.Kind;

/**
 * Which processes a cluster has, and where they listen; kept in its folder, so that it comes up again as it was.
 *
 * @param clusterId of Kafka
 */
public record ClusterPlan(String clusterId, List<Member> members) {
    private static final String FILE = "cluster.json";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int HIGHEST_PORT = 65_535;

    public ClusterPlan {
        members = List.copyOf(members);
    }

    /** A plan of so many processes of each kind, on loopback ports that are free now. */
    public static ClusterPlan of(Map<Kind, Integer> counts) throws IOException {
        List<Member> members = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (Kind kind : Kind.values()) {
            for (int number = 1; number <= counts.getOrDefault(kind, 0); number++) {
                members.add(member(kind, number, taken));
            }
        }
        return new ClusterPlan(Uuid.randomUuid().toString(), members);
    }

    private static Member member(Kind kind, int number, Set<Integer> taken) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int preferred : kind.preferredPorts()) {
            int port = preferred;
            while (taken.contains(port) || !isFree(port)) {
                port++;
            }
            taken.add(port);
            ports.add(port);
        }
        return new Member(kind, number, LOOPBACK, ports);
    }

    private static boolean isFree(int port) throws IOException {
        if (port > HIGHEST_PORT) {
            throw new IOException("no port is free on this machine");
        }
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The plan with so many TaskManagers at least. */
    ClusterPlan withTaskManagers(int count) throws IOException {
        List<Member> more = new ArrayList<>(members);
        Set<Integer> taken =
                members.stream().flatMap(member -> member.ports().stream()).collect(Collectors.toSet());
        for (int number = of(Kind.TASKMANAGER).size() + 1; number <= count; number++) {
            more.add(member(Kind.TASKMANAGER, number, taken));
        }
        return new ClusterPlan(clusterId, more);
    }

    /** The plan that a folder holds, if it holds one. */
    public static Optional<ClusterPlan> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        return Files.exists(file) ? Optional.of(Json.read(file, ClusterPlan.class)) : Optional.empty();
    }

    void write(Path directory) throws IOException {
        Json.write(directory.resolve(FILE), this);
    }

    /** Those of a kind, by number. */
    public List<Member> of(Kind kind) {
        return members.stream().filter(member -> member.kind() == kind).toList();
    }

    /**
     * One of them.
     *
     * @throws CommandException if there is none such
     */
    public Member member(Kind kind, int number) {
        return of(kind).stream()
                .filter(member -> member.number() == number)
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        "there is no %s %d, but %d of them".formatted(kind, number, of(kind).size())));
    }

    /** {@code host:port} of all brokers. */
    public String bootstrapServers() {
        return addresses(Kind.BROKER);
    }

    String addresses(Kind kind) {
        return of(kind).stream().map(Member::address).collect(Collectors.joining(","));
    }
}
