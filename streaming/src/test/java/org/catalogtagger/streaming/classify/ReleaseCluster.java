package org.catalogtagger.streaming.classify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.classify.ReleaseEvent.Decision;
import org.catalogtagger.streaming.classify.ReleaseEvent.Report;
import org.catalogtagger.streaming.events.ModelRelease;

/**
 * Subtasks and their coordinator, between which everything takes as long as chance will have it: records, loads, reports
 * and decisions, each in order from one to the other. It keeps what Flink promises: a checkpoint is taken by all subtasks
 * after the same records, and after the same decisions.
 */
final class ReleaseCluster implements AutoCloseable {
    private final BiFunction<Integer, String, ModelBatch> load;
    private final String bundleOfSettings;
    private final List<ModelRelease> topic = new ArrayList<>();
    private List<Subtask> subtasks = List.of();
    private ReleaseCoordinator coordinator;
    private Map<String, ModelRelease> checkpoint = Map.of();
    private int checkpointOffset;
    private int offset;

    /** A cluster whose subtasks load what the function gives for their index. */
    ReleaseCluster(int parallelism, String bundleOfSettings, BiFunction<Integer, String, ModelBatch> load)
            throws Exception {
        this.load = load;
        this.bundleOfSettings = bundleOfSettings;
        this.coordinator = start(parallelism);
    }

    /** One subtask, and what is on its way to and from it. */
    final class Subtask {
        final int index;
        final Map<String, ModelRelease> state;
        final FakeTask task = new FakeTask();
        final Deque<ModelRelease> records = new ArrayDeque<>();
        final Deque<Decision> decisions = new ArrayDeque<>();
        final Deque<Report> reports = new ArrayDeque<>();
        final List<String> outcomes = new ArrayList<>();
        final List<Boolean> accepted = new ArrayList<>();
        final Releases releases;

        Subtask(int index, Map<String, ModelRelease> restored) throws Exception {
            this.index = index;
            this.state = new HashMap<>(restored);
            this.releases = new Releases(
                    new ReleaseState(new FakeBroadcastState<>(state)),
                    bundleOfSettings,
                    task.loader(path -> load.apply(index, path)),
                    task.of(reports::add, (release, version, accepts, detail) -> {
                        outcomes.add(detail);
                        accepted.add(accepts);
                    }));
        }

        private List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            if (!records.isEmpty()) {
                steps.add(() -> releases.release(records.remove()));
            }
            if (!decisions.isEmpty()) {
                steps.add(() -> releases.decided(decisions.remove()));
            }
            if (!reports.isEmpty()) {
                steps.add(() -> coordinator.handleEventFromOperator(index, 0, reports.remove()));
            }
            if (task.hasLoad()) {
                steps.add(task::runLoad);
            }
            if (task.hasMail()) {
                steps.add(task::runMail);
            }
            return steps;
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private record Gateway(Subtask to) implements SubtaskGateway {
        @Override
        public CompletableFuture<Acknowledge> sendEvent(OperatorEvent event) {
            to.decisions.add((Decision) event);
            return CompletableFuture.completedFuture(Acknowledge.get());
        }

        @Override
        public ExecutionAttemptID getExecution() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getSubtask() {
            return to.index;
        }
    }

    private ReleaseCoordinator start(int parallelism) throws Exception {
        ReleaseCoordinator started =
                new ReleaseCoordinator(new MockOperatorCoordinatorContext(new OperatorID(), parallelism));
        coordinator = started;
        subtasks = new ArrayList<>();
        for (int i = 0; i < parallelism; i++) {
            Subtask subtask = new Subtask(i, checkpoint);
            subtasks.add(subtask);
            started.executionAttemptReady(i, 0, new Gateway(subtask));
            subtask.releases.open();
        }
        return started;
    }

    List<Subtask> subtasks() {
        return subtasks;
    }

    void release(ModelRelease release) {
        topic.add(release);
        subtasks.forEach(subtask -> subtask.records.add(release));
        offset = topic.size();
    }

    /** So many things happen, one at a time, in a subtask each that chance chooses. */
    void happen(Random random, int steps) throws Exception {
        for (int i = 0; i < steps; i++) {
            List<Step> possible = subtasks.stream()
                    .flatMap(subtask -> subtask.steps().stream())
                    .toList();
            if (possible.isEmpty()) {
                return;
            }
            possible.get(random.nextInt(possible.size())).run();
        }
    }

    /** All that is under way arrives. */
    void settle(Random random) throws Exception {
        happen(random, Integer.MAX_VALUE);
    }

    /** What the subtasks hold when the barrier passes, which must be the same in all. */
    List<Map<String, ModelRelease>> checkpoint(Random random) throws Exception {
        for (Subtask subtask : subtasks) {
            while (!subtask.records.isEmpty() || !subtask.decisions.isEmpty()) {
                boolean takeRecord =
                        subtask.decisions.isEmpty() || (!subtask.records.isEmpty() && random.nextBoolean());
                if (takeRecord) {
                    subtask.releases.release(subtask.records.remove());
                } else {
                    subtask.releases.decided(subtask.decisions.remove());
                }
            }
        }
        List<Map<String, ModelRelease>> states =
                subtasks.stream().map(subtask -> Map.copyOf(subtask.state)).toList();
        checkpoint = states.get(random.nextInt(states.size()));
        checkpointOffset = offset;
        return states;
    }

    /** All that happened since the last checkpoint is gone, but for the topic. */
    void restart(int parallelism) throws Exception {
        closeSubtasks();
        coordinator = start(parallelism);
        for (ModelRelease release : topic.subList(checkpointOffset, topic.size())) {
            subtasks.forEach(subtask -> subtask.records.add(release));
        }
    }

    private void closeSubtasks() throws InterruptedException {
        for (Subtask subtask : subtasks) {
            subtask.releases.close();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closeSubtasks();
    }
}
