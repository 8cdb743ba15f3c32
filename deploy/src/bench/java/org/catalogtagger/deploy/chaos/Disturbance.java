package org.catalogtagger.deploy.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;

/**
 * Something that happens to processes.
 *
 * @param after the start of the run
 * @param members the one that it happens to, or the two that do not hear each other
 * @param lasts until the process is started again, or goes on, or the two hear each other
 */
record Disturbance(Duration after, How how, List<Member> members, Duration lasts) {
    private static final List<Kind> KINDS = List.of(Kind.TASKMANAGER, Kind.TASKMANAGER, Kind.JOBMANAGER, Kind.BROKER);
    private static final int LONGEST_KILL_SECONDS = 5;
    private static final int LONGEST_STANDSTILL_SECONDS = 25;
    private static final Duration CUT = Duration.ofSeconds(60);
    private static final Duration FULL = Duration.ofSeconds(20);

    /** Of twenty, where members have machines of their own. */
    private static final int CUTS = 2;

    private static final int FULL_DISKS = 1;
    private static final int TWENTY = 20;

    /** What that is. */
    enum How {
        /** {@code kill -9}, and started again. */
        KILL,
        /** All its threads stand still, longer than Flink and Kafka wait for it or not, and then go on. */
        STANDSTILL,
        /** What two of them send each other is dropped, while all others hear both. */
        CUT,
        /** A broker's disk is full; when there is room again it is started again, as it ends by that. */
        FULL_DISK
    }

    /**
     * So many, at moments spread over a time, as a seed draws them.
     *
     * @param machines whether networks can be cut and disks filled
     */
    static List<Disturbance> draw(long seed, int count, Duration span, ClusterPlan plan, boolean machines) {
        Random random = new Random(seed);
        List<Disturbance> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Duration after = span.multipliedBy(i).dividedBy(count).plusMillis(random.nextInt(1000));
            int kind = machines ? random.nextInt(TWENTY) : TWENTY;
            if (kind < CUTS) {
                List<Member> all = new ArrayList<>(plan.members());
                Collections.shuffle(all, random);
                drawn.add(new Disturbance(after, How.CUT, all.subList(0, 2), CUT));
            } else if (kind < CUTS + FULL_DISKS) {
                drawn.add(new Disturbance(after, How.FULL_DISK, one(plan.of(Kind.BROKER), random), FULL));
            } else {
                // Each kind comes, also among few.
                List<Member> member = one(plan.of(KINDS.get(i % KINDS.size())), random);
                How how = random.nextInt(3) == 0 ? How.STANDSTILL : How.KILL;
                int longest = how == How.KILL ? LONGEST_KILL_SECONDS : LONGEST_STANDSTILL_SECONDS;
                drawn.add(new Disturbance(after, how, member, Duration.ofMillis(random.nextInt(longest * 1000))));
            }
        }
        return drawn;
    }

    private static List<Member> one(List<Member> candidates, Random random) {
        return List.of(candidates.get(random.nextInt(candidates.size())));
    }

    @Override
    public String toString() {
        String what =
                switch (how) {
                    case KILL -> "kill";
                    case STANDSTILL -> "stop";
                    case CUT -> "cut between";
                    case FULL_DISK -> "full disk of";
                };
        return "%s %s, for %.1f s"
                .formatted(
                        what,
                        members.stream().map(Member::name).collect(Collectors.joining(" and ")),
                        lasts.toMillis() / 1e3);
    }
}
