package org.catalogtagger.streaming.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.catalogtagger.streaming.kafka.TopicCatalogue;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * Brokers, ZooKeeper, JobManagers with the job in them, and TaskManagers, as processes of this machine that only it can
 * reach. All that they are and leave is in one folder: {@code conf}, {@code log}, {@code data} and the job's {@code checkpoints}.
 */
public final class LocalCluster {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long GOOD_ORDER_SECONDS = 20;
    private static final long PAUSE_MILLIS = 100;

    private final Path directory;
    private final ClusterPlan plan;
    private final MemberCommands commands;
    private final Function<Member, List<String>> starter;

    private LocalCluster(Path directory, Path shared, ClusterPlan plan, Function<Member, List<String>> starter) {
        this.directory = directory;
        this.plan = plan;
        this.commands = new MemberCommands(directory, shared, plan);
        this.starter = starter;
    }

    /**
     * The cluster in a folder.
     *
     * @param shared the folder with {@code flink.yaml} and {@code kafka.properties}
     * @throws CommandException if there is none
     */
    public static LocalCluster in(Path directory, Path shared) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        ClusterPlan plan = ClusterPlan.read(absolute)
                .orElseThrow(() -> new CommandException(
                        "there is no cluster in %s; tagger cluster up --model BUNDLE starts one".formatted(directory)));
        return new LocalCluster(absolute, shared, plan, member -> List.of());
    }

    /** Makes one by a plan, without starting it. */
    public static LocalCluster create(Path directory, Path shared, ClusterPlan plan) throws IOException {
        return create(directory, shared, plan, member -> List.of());
    }

    /**
     * Makes one by a plan, without starting it.
     *
     * @param starter what stands before a process's command: {@code ip netns exec NAME} runs it in a network of its own
     */
    public static LocalCluster create(
            Path directory, Path shared, ClusterPlan plan, Function<Member, List<String>> starter) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Files.createDirectories(absolute);
        plan.write(absolute);
        return new LocalCluster(absolute, shared, plan, starter);
    }

    /** The same with so many TaskManagers at least. */
    public LocalCluster withTaskManagers(int count, Path shared) throws IOException {
        return create(directory, shared, plan.withTaskManagers(count));
    }

    public ClusterPlan plan() {
        return plan;
    }

    /** Where a member keeps what it must have after a restart. */
    public Path data(Member member) {
        return MemberCommands.data(directory, member);
    }

    /** Where its job leaves its checkpoints. */
    public Path checkpoints() {
        return directory.resolve("checkpoints");
    }

    /** The job's settings; written before the first start. */
    public Path settings() {
        return MemberCommands.settings(directory);
    }

    /**
     * Starts what does not run: Kafka first, with the job's topics, then Flink.
     *
     * @param partitions of the topics that are made
     * @param notices gets a line for each step
     */
    public void start(int partitions, Consumer<String> notices) throws Exception {
        startAll(Kind.ZOOKEEPER);
        startAll(Kind.BROKER);
        awaitBrokers();
        notices.accept("Kafka is up at " + plan.bootstrapServers());
        new TopicCatalogue(StreamSettings.read(settings())).create(OptionalInt.of(partitions), OptionalInt.empty());
        if (commands.endedJob().exists()) {
            // They may be about to end by themselves.
            stop(Kind.JOBMANAGER);
        }
        startAll(Kind.JOBMANAGER);
        startAll(Kind.TASKMANAGER);
    }

    private void startAll(Kind kind) throws IOException {
        for (Member member : plan.of(kind)) {
            start(member);
        }
        for (Member member : plan.of(kind)) {
            awaitPort(member);
        }
    }

    /** Starts one, unless it runs. */
    public synchronized void start(Member member) throws IOException {
        MemberProcess process = process(member);
        if (process.handle().isEmpty()) {
            if (member.kind() == Kind.JOBMANAGER) {
                forgetEndedJob();
            }
            AtomicDirectory.deleteRecursively(commands.temporary(member));
            List<String> command = new ArrayList<>(starter.apply(member));
            command.addAll(commands.of(member));
            process.start(command);
        }
    }

    private void forgetEndedJob() throws IOException {
        EndedJob ended = commands.endedJob();
        if (!ended.exists()) {
            return;
        }
        for (Member jobManager : plan.of(Kind.JOBMANAGER)) {
            if (process(jobManager).handle().isPresent()) {
                return;
            }
        }
        ended.forget();
    }

    /** The process of a member. */
    public MemberProcess process(Member member) {
        return new MemberProcess(directory, member);
    }

    /** Waits until something listens at its first port. */
    private void awaitPort(Member member) throws IOException {
        await(member, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(member.host(), member.ports().get(0)), (int) PAUSE_MILLIS);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Waits until each knows of all. */
    private void awaitBrokers() throws IOException {
        List<Member> brokers = plan.of(Kind.BROKER);
        for (Member broker : brokers) {
            try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address()))) {
                await(broker, () -> {
                    try {
                        return admin.describeCluster().nodes().get().size() == brokers.size();
                    } catch (ExecutionException e) {
                        return false;
                    }
                });
            }
        }
    }

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private void await(Member member, Condition condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                MemberProcess process = process(member);
                process.requireAlive();
                if (System.nanoTime() > deadline) {
                    throw new CommandException("%s does not answer at %s; its log is %s"
                            .formatted(member.name(), member.address(), process.log()));
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        }
    }

    /** Ends all processes, Flink's first; what they keep stays, and the next start goes on from there. */
    public void stop() throws IOException, InterruptedException {
        List<Kind> order = List.of(Kind.TASKMANAGER, Kind.JOBMANAGER, Kind.BROKER, Kind.ZOOKEEPER);
        for (Kind kind : order) {
            stop(kind);
        }
    }

    private void stop(Kind kind) throws InterruptedException {
        List<Thread> endings = new ArrayList<>();
        for (Member member : plan.of(kind)) {
            Thread ending = new Thread(() -> end(member), "end " + member.name());
            ending.start();
            endings.add(ending);
        }
        for (Thread ending : endings) {
            ending.join();
        }
    }

    /** Ends all processes at once, as a machine does that loses its power; they have ended when this returns. */
    public void kill() throws IOException, InterruptedException {
        List<ProcessHandle> processes = new ArrayList<>();
        for (Member member : plan.members()) {
            process(member).handle().ifPresent(processes::add);
        }
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            MemberProcess.awaitEnd(process);
        }
    }

    private void end(Member member) {
        try {
            process(member).end(GOOD_ORDER_SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes all that it has left; to be called when it has ended. */
    public void delete() throws IOException {
        AtomicDirectory.deleteRecursively(directory);
    }
}
