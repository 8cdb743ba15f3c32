package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;

/**
 * A network namespace for each process of a cluster, all at one bridge, and a disk for each broker: what two send each other
 * can be dropped, and a disk be full. To make them takes root, {@code ip}, {@code iptables} and {@code mkfs.ext4}.
 */
final class Machines implements AutoCloseable {
    /** Addresses that are for benchmarks of networks (RFC 2544), which nobody else should have. */
    private static final String NETWORK = "198.18.77.";

    private static final String PREFIX = "tagger-chaos";
    /** The bridge has a namespace too: no firewall of the machine is between. */
    private static final String HUB = PREFIX + "-hub";

    private static final String INTERFACE = "tagger-chaos";
    private static final String DISK_SIZE = "6G";

    private final ClusterPlan plan;
    private final Map<Member, Path> disks = new HashMap<>();

    private Machines(ClusterPlan plan) {
        this.plan = plan;
    }

    /** Makes the network for the processes of a plan, which get addresses in it. */
    static Machines of(ClusterPlan counts) throws IOException, InterruptedException {
        requireRoot();
        List<Member> members = new ArrayList<>();
        for (Member each : counts.members()) {
            members.add(new Member(each.kind(), each.number(), NETWORK + (members.size() + 2), each.ports()));
        }
        Machines machines = new Machines(new ClusterPlan(counts.clusterId(), members));
        // Those of a run that was broken off.
        machines.deleteNetwork();
        machines.makeNetwork();
        return machines;
    }

    private static void requireRoot() {
        if (!Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward"))) {
            throw new CommandException(
                    "chaos cuts networks and fills disks of its own, which takes root;" + " chaos-short does not");
        }
    }

    private void makeNetwork() throws IOException, InterruptedException {
        Commands.run("ip netns add " + HUB);
        Commands.run("ip -n %s link add bridge type bridge".formatted(HUB));
        Commands.run("ip -n %s link set bridge up".formatted(HUB));
        plug("machine", "ip link add %s type veth peer name machine netns %s".formatted(INTERFACE, HUB));
        Commands.run("ip address add %s1/24 dev %s".formatted(NETWORK, INTERFACE));
        Commands.run("ip link set %s up".formatted(INTERFACE));
        for (Member member : plan.members()) {
            String name = namespace(member);
            Commands.run("ip netns add " + name);
            String port = member.name();
            plug(port, "ip -n %s link add eth0 type veth peer name %s netns %s".formatted(name, port, HUB));
            Commands.run("ip -n %s address add %s/24 dev eth0".formatted(name, member.host()));
            Commands.run("ip -n %s link set eth0 up".formatted(name));
            Commands.run("ip -n %s link set lo up".formatted(name));
        }
    }

    private static void plug(String port, String command) throws IOException, InterruptedException {
        Commands.run(command);
        Commands.run("ip -n %s link set %s master bridge".formatted(HUB, port));
        Commands.run("ip -n %s link set %s up".formatted(HUB, port));
    }

    /** Mounts a disk for each broker where the cluster keeps its data. */
    void mountDisks(LocalCluster cluster) throws IOException, InterruptedException {
        for (Member broker : plan.of(Kind.BROKER)) {
            Path folder = Files.createDirectories(cluster.data(broker));
            Path image = folder.resolveSibling(broker.name() + ".img");
            Commands.run("truncate -s %s %s".formatted(DISK_SIZE, image));
            Commands.run("mkfs.ext4 -q -m 0 " + image);
            Commands.run("mount -o loop %s %s".formatted(image, folder));
            disks.put(broker, folder);
            // Kafka takes each folder for a partition.
            Files.delete(folder.resolve("lost+found"));
        }
    }

    /** The cluster's processes, with their addresses. */
    ClusterPlan plan() {
        return plan;
    }

    /** What stands before the command of a process. */
    List<String> starter(Member member) {
        return List.of("ip", "netns", "exec", namespace(member));
    }

    /** Drops what two send each other. */
    void cut(Member one, Member other) throws IOException, InterruptedException {
        filter("-I", one, other);
    }

    /** Ends a cut between the two; another cut of the same two goes on. */
    void mend(Member one, Member other) throws IOException, InterruptedException {
        filter("-D", one, other);
    }

    private void filter(String action, Member one, Member other) throws IOException, InterruptedException {
        String there = "ip netns exec %s iptables -w %s".formatted(namespace(one), action);
        Commands.run("%s INPUT -s %s -j DROP".formatted(there, other.host()));
        Commands.run("%s OUTPUT -d %s -j DROP".formatted(there, other.host()));
    }

    /** Leaves no room on a broker's disk. */
    void fill(Member broker) throws IOException, InterruptedException {
        Path filler = filler(broker);
        // Takes what it can before it fails; what others free meanwhile is taken by the second.
        for (int i = 0; i < 2; i++) {
            long free = filler.toFile().getParentFile().getUsableSpace();
            try {
                Commands.run("fallocate -l %d %s"
                        .formatted(Math.max(1, free) + filler.toFile().length(), filler));
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("No space left")) {
                    throw e;
                }
            }
        }
    }

    /** Makes room again. */
    void free(Member broker) throws IOException {
        Files.deleteIfExists(filler(broker));
    }

    private Path filler(Member broker) {
        return Objects.requireNonNull(disks.get(broker)).resolve("filler");
    }

    private static String namespace(Member member) {
        return PREFIX + "-" + member.name();
    }

    private void deleteNetwork() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(List.of(HUB));
        plan.members().forEach(member -> names.add(namespace(member)));
        for (String name : names) {
            if (Files.exists(Path.of("/run/netns", name))) {
                Commands.run("ip netns delete " + name);
            }
        }
        if (Files.exists(Path.of("/sys/class/net", INTERFACE))) {
            Commands.run("ip link delete " + INTERFACE);
        }
    }

    /** To be called when the processes have ended. */
    @Override
    public void close() throws IOException, InterruptedException {
        for (Path disk : disks.values()) {
            Commands.run("umount " + disk);
        }
        disks.clear();
        deleteNetwork();
    }
}
