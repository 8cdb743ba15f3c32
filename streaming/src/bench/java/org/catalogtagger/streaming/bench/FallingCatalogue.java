package org.catalogtagger.streaming.bench;

import static org.catalogtagger.streaming.bench.DriftStreamsBenchmark.SETTINGS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.bench.SimulatedCatalogue.Tag;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;

/** A catalogue of classes that are alike and as frequent, whose first falls, and its monitor. */
final class FallingCatalogue {
    static final double ACCURACY = 0.85;

    private final SplittableRandom random;
    private final int chunk;
    private final SimulatedCatalogue catalogue;
    private final DriftMonitor monitor = new DriftMonitor("v1");
    private final List<DriftAlert> opened = new ArrayList<>();
    private AccuracyCounter counter = new AccuracyCounter();
    private int events;
    private int seen;
    private boolean wasRight;

    /**
     * A catalogue that has been tested.
     *
     * @param chunk the monitor gets counts of so many tags at a time
     * @param testImages of each class
     */
    FallingCatalogue(long seed, int classes, int chunk, int testImages) {
        this(seed, chunk, alike(classes, testImages));
    }

    /** The same, with so many test images of each class. */
    FallingCatalogue(long seed, int chunk, int... testImages) {
        random = new SplittableRandom(seed);
        this.chunk = chunk;
        double[] accuracy = new double[testImages.length];
        double[] share = new double[testImages.length];
        Arrays.fill(accuracy, ACCURACY);
        Arrays.fill(share, 1);
        // One number is a size of the whole test: one class is given its images twice.
        int[] images = testImages.length == 1 ? new int[] {testImages[0], testImages[0]} : testImages;
        catalogue = new SimulatedCatalogue(random, accuracy, share, 0, 0, images);
        catalogue.begin(monitor);
    }

    static int[] alike(int classes, int testImages) {
        int[] images = new int[classes];
        Arrays.fill(images, testImages);
        return images;
    }

    /** Tags so far. */
    int events() {
        return events;
    }

    /** Tags so far of the class that falls. */
    int seen() {
        return seen;
    }

    /** Whether the last tag was right. */
    boolean wasRight() {
        return wasRight;
    }

    /** Alerts of accuracy that were opened. */
    List<DriftAlert> opened() {
        return opened;
    }

    boolean isOpen() {
        return monitor.open().stream().anyMatch(this::isOfFirst);
    }

    int drawClass() {
        return catalogue.drawClass(random);
    }

    boolean draws(double probability) {
        return random.nextDouble() < probability;
    }

    /** Whether it is of the class that falls, or of all if there is no other. */
    boolean isOfFirst(DriftAlert alert) {
        return alert.kind() == Kind.ACCURACY
                && (alert.label().equals(SimulatedCatalogue.label(0)) || catalogue.classes() == 1);
    }

    /** Takes the next tag of any class; whether an alarm for the first has opened. */
    boolean next(double lostOfFirst) {
        return next(drawClass(), lostOfFirst);
    }

    /** Takes the next tag. */
    boolean next(int truth, double lostOfFirst) {
        return take(drawn(truth, truth == 0 ? lostOfFirst : 0));
    }

    Tag drawn(int truth, double lost) {
        return catalogue.draw(random, truth, 0, 0, lost);
    }

    boolean take(Tag tag) {
        tag.countBoth(counter);
        wasRight = tag.right();
        seen += tag.truth() == 0 ? 1 : 0;
        return ++events % chunk == 0 && flush();
    }

    private boolean flush() {
        boolean isFound = false;
        for (DriftAlert alert : monitor.add(counter.counts(), events * SimulatedStreams.STEP_MILLIS, SETTINGS)) {
            if (alert.kind() == Kind.ACCURACY && alert.status() == Status.OPEN) {
                opened.add(alert);
                isFound |= isOfFirst(alert);
            }
        }
        counter = new AccuracyCounter();
        return isFound;
    }
}
