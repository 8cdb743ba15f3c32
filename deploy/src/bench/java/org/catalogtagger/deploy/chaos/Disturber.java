package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.MemberProcess;

/** Lets disturbances happen to a cluster, each at its time, whatever became of those before. */
record Disturber(LocalCluster cluster, Optional<Machines> machines) {
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
        endings.shutdown();
        return outcomes;
    }

    private void happen(Disturbance disturbance) {
        try {
            Member member = disturbance.members().get(0);
            MemberProcess process = cluster.process(member);
            switch (disturbance.how()) {
                case KILL -> {
                    // One that has ended by itself, as those do that lost their leader, needs only its start.
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
                    machines.orElseThrow().fill(member);
                    last(disturbance);
                    machines.orElseThrow().free(member);
                }
            }
            // As Kubernetes or systemd would.
            for (Member each : cluster.plan().members()) {
                cluster.start(each);
            }
        } catch (IOException e) {
            throw new IllegalStateException(disturbance.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void last(Disturbance disturbance) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(disturbance.lasts().toMillis());
    }
}
