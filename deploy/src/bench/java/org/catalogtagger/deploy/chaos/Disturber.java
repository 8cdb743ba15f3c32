package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.MemberProcess;

/** Lets disturbances happen to a cluster, each at its time, whatever became of those before. */
final class Disturber {
    private static final long SUPERVISED_EVERY_MILLIS = 1000;

    private final LocalCluster cluster;
    private final Optional<Machines> machines;

    /** Members that are down because they were killed, or have a full disk. */
    private final Set<Member> down = ConcurrentHashMap.newKeySet();

    Disturber(LocalCluster cluster, Optional<Machines> machines) {
        this.cluster = cluster;
        this.machines = machines;
    }

    /** A disturbance and what it cost. */
    record Outcome(Disturbance disturbance, TagWatch.Recovery recovery) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%5.0f s: %s: tags again after %.1f s%s",
                    disturbance.after().toMillis() / 1e3,
                    disturbance,
                    recovery.seconds(),
                    recovery.overlaps() ? ", one before was not over" : "");
        }
    }

    /** Returns when all are over, but not what they cost. */
    List<Outcome> disturb(List<Disturbance> disturbances, TagWatch watch) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> ended = new ArrayList<>();
        ExecutorService endings = Executors.newCachedThreadPool();
        Future<?> supervision = endings.submit(this::supervise);
        for (Disturbance disturbance : disturbances) {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, disturbance.after().toNanos() - (System.nanoTime() - begin)));
            System.out.printf(
                    Locale.ROOT,
                    "[%6.1f s] %s, %,d tags%n",
                    (System.nanoTime() - begin) / 1e9,
                    disturbance,
                    watch.seen());
            outcomes.add(new Outcome(disturbance, watch.disturbed()));
            ended.add(CompletableFuture.runAsync(() -> happen(disturbance), endings));
        }
        for (CompletableFuture<Void> each : ended) {
            each.get();
        }
        // What the last of them ended is started too.
        TimeUnit.MILLISECONDS.sleep(3 * SUPERVISED_EVERY_MILLIS);
        supervision.cancel(true);
        endings.shutdown();
        return outcomes;
    }

    private void happen(Disturbance disturbance) {
        try {
            Member member = disturbance.members().get(0);
            MemberProcess process = cluster.process(member);
            switch (disturbance.how()) {
                case KILL -> {
                    down.add(member);
                    process.handle().ifPresent(ProcessHandle::destroyForcibly);
                    last(disturbance);
                }
                case STANDSTILL -> {
                    if (process.handle().isPresent()) {
                        process.signal("STOP");
                        last(disturbance);
                        if (process.handle().isPresent()) {
                            process.signal("CONT");
                        }
                    }
                }
                case CUT -> {
                    Member other = disturbance.members().get(1);
                    machines.orElseThrow().cut(member, other);
                    last(disturbance);
                    machines.orElseThrow().mend(member, other);
                }
                case FULL_DISK -> {
                    down.add(member);
                    machines.orElseThrow().fill(member);
                    last(disturbance);
                    machines.orElseThrow().free(member);
                }
            }
            down.remove(member);
        } catch (IOException e) {
            throw new IllegalStateException(disturbance.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts what has ended, as Kubernetes or systemd would. */
    private void supervise() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(SUPERVISED_EVERY_MILLIS);
                for (Member each : cluster.plan().members()) {
                    if (!down.contains(each)) {
                        cluster.start(each);
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void last(Disturbance disturbance) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(disturbance.lasts().toMillis());
    }
}
