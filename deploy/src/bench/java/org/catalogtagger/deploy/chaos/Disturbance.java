package org.catalogtagger.deploy.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;

/**
 * Something that happens to a process.
 *
 * @param after the start of the run
 * @param lasts until the process is started again, or goes on
 */
record Disturbance(Duration after, Member member, How how, Duration lasts) {
    private static final List<Kind> KINDS = List.of(Kind.TASKMANAGER, Kind.TASKMANAGER, Kind.JOBMANAGER, Kind.BROKER);
    private static final int LONGEST_KILL_SECONDS = 5;
    private static final int LONGEST_STANDSTILL_SECONDS = 25;

    /** What that is. */
    enum How {
        /** {@code kill -9}, and started again. */
        KILL,
        /** All its threads stand still, longer than Flink and Kafka wait for it or not, and then go on. */
        STANDSTILL
    }

    /** So many, at moments spread over a time, as a seed draws them. */
    static List<Disturbance> draw(long seed, int count, Duration span, ClusterPlan plan) {
        Random random = new Random(seed);
        List<Disturbance> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Each kind comes, also among few.
            List<Member> candidates = plan.of(KINDS.get(i % KINDS.size()));
            Member member = candidates.get(random.nextInt(candidates.size()));
            How how = random.nextInt(3) == 0 ? How.STANDSTILL : How.KILL;
            int longest = how == How.KILL ? LONGEST_KILL_SECONDS : LONGEST_STANDSTILL_SECONDS;
            Duration after = span.multipliedBy(i).dividedBy(count).plusMillis(random.nextInt(1000));
            drawn.add(new Disturbance(after, member, how, Duration.ofMillis(random.nextInt(longest * 1000))));
        }
        return drawn;
    }

    @Override
    public String toString() {
        return "%s %s, for %.1f s".formatted(how == How.KILL ? "kill" : "stop", member.name(), lasts.toMillis() / 1e3);
    }
}
