package org.catalogtagger.deploy.monitoring;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What Prometheus says of each alert from its cause to its end. */
final class Tour {
    /** Processes start slowly on a machine that has other work. */
    private static final int PATIENCE_SECONDS = 900;

    private static final int POLL_MILLIS = 250;

    private final PrometheusServer prometheus;
    private final Map<String, Double> fired = new LinkedHashMap<>();
    private final Map<String, Double> resolved = new LinkedHashMap<>();
    private final Set<String> unexpected = new TreeSet<>();

    Tour(PrometheusServer prometheus) {
        this.prometheus = prometheus;
    }

    /** Does what a step of the tour is about. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Brings a cause about, waits for its alerts, does what the runbook says, and waits until all is quiet. */
    void visit(List<String> alerts, String cause, Action raise, String remedy, Action resolve) throws Exception {
        System.out.printf("%-28s %s%n", String.join(", ", alerts), cause);
        long raisedAt = System.nanoTime();
        raise.run();
        await(alerts, true, raisedAt, fired);
        System.out.printf("%-28s %s%n", "", remedy);
        long remediedAt = System.nanoTime();
        resolve.run();
        await(alerts, false, remediedAt, resolved);
    }

    private void await(List<String> alerts, boolean firing, long begin, Map<String, Double> seconds)
            throws IOException, InterruptedException {
        Set<String> left = new TreeSet<>(alerts);
        while (!left.isEmpty() || (!firing && !prometheus.firing().isEmpty())) {
            Set<String> now = prometheus.firing();
            double passed = (System.nanoTime() - begin) / 1e9;
            for (String alert : alerts) {
                if (now.contains(alert) == firing && left.remove(alert)) {
                    seconds.put(alert, passed);
                    System.out.printf(
                            Locale.ROOT, "%-28s %s after %.1f s%n", alert, firing ? "fires" : "is resolved", passed);
                }
            }
            alerts.forEach(now::remove);
            if (unexpected.addAll(now)) {
                System.out.println("  also firing: " + now);
            }
            if (passed > PATIENCE_SECONDS) {
                System.out.printf("%s not within %d s; firing: %s%n", left, PATIENCE_SECONDS, prometheus.firing());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Lets the job run for a while in which no alert should fire. */
    void quiet(int seconds) throws IOException, InterruptedException {
        System.out.printf("%-28s nothing happens for %d s%n", "-", seconds);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            if (unexpected.addAll(prometheus.firing())) {
                System.out.println("  firing: " + prometheus.firing());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    Map<String, Double> fired() {
        return fired;
    }

    Map<String, Double> resolved() {
        return resolved;
    }

    /** Alerts that fired while others were visited, or while nothing happened. */
    Set<String> unexpected() {
        return unexpected;
    }
}
