package org.catalogtagger.streaming.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import moa.classifiers.core.driftdetection.ADWIN;
import moa.classifiers.core.driftdetection.AbstractChangeDetector;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.PageHinkleyDM;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.Adwin;
import org.catalogtagger.streaming.drift.BaselineDetector;
import org.catalogtagger.streaming.drift.ChangeDetector;
import org.catalogtagger.streaming.drift.Ddm;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;
import org.catalogtagger.streaming.drift.DriftSettings;
import org.catalogtagger.streaming.drift.PageHinkley;

/**
 * How often detectors are wrong, and how late they are, on seeded streams of right and wrong tags: ours beside MOA's on
 * one class; and all that the job watches, 52 unequal classes at once, whose baselines are tests of 6,586 images.
 */
public final class DriftDetectorsBenchmark {
    private static final int STREAMS = Integer.getInteger("bench.streams", 200);
    private static final int UNCHANGED = 100_000;
    private static final int BEFORE = 5_000;
    private static final int AFTER = 10_000;
    private static final double ACCURACY = 0.85;
    private static final int TEST_IMAGES = 1_000;
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, DriftSettings.RecentPast.ADWIN, 5000, 1000);

    private static final int CLASSES = 52;
    private static final int TEST_OF_ALL = 6_586;
    private static final int CHUNK = 100;

    private DriftDetectorsBenchmark() {}

    /** Takes the next tag; whether it raises an alarm. */
    @FunctionalInterface
    private interface Detector {
        boolean add(boolean right);
    }

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        oneClass(figures);
        allClasses(figures);
        figures.write(arguments);
    }

    private static Map<String, Function<SplittableRandom, Detector>> detectors() {
        Map<String, Function<SplittableRandom, Detector>> detectors = new LinkedHashMap<>();
        detectors.put("baseline", DriftDetectorsBenchmark::baseline);
        detectors.put("adwin", random -> ours(new Adwin(1.6e-5)));
        detectors.put("adwin002", random -> ours(new Adwin(0.002)));
        detectors.put("moaAdwin002", random -> moaAdwin());
        detectors.put("ddm", random -> ours(new Ddm()));
        detectors.put("moaDdm", random -> moa(new DDM()));
        detectors.put("pageHinkley", random -> ours(new PageHinkley()));
        detectors.put("moaPageHinkley", random -> moa(new PageHinkleyDM()));
        return detectors;
    }

    /** Against a test that had luck, or bad luck, of its own. */
    private static Detector baseline(SplittableRandom random) {
        int right = 0;
        for (int i = 0; i < TEST_IMAGES; i++) {
            right += random.nextDouble() < ACCURACY ? 1 : 0;
        }
        double share = (double) right / TEST_IMAGES;
        double least = share - 2.5 * Math.sqrt(share * (1 - share) / TEST_IMAGES);
        BaselineDetector detector = new BaselineDetector();
        return isRight -> {
            boolean alarm = detector.add(1, isRight ? 1 : 0, least, 0, 2e6).isPresent();
            if (alarm) {
                detector.reset();
            }
            return alarm;
        };
    }

    private static Detector ours(ChangeDetector detector) {
        return right -> detector.add(right).isPresent();
    }

    /** MOA's tells of rises too; a fall is one after which errors are more. */
    private static Detector moaAdwin() {
        ADWIN adwin = new ADWIN(0.002);
        return right -> {
            double before = adwin.getEstimation();
            return adwin.setInput(right ? 0 : 1) && adwin.getEstimation() > before;
        };
    }

    private static Detector moa(AbstractChangeDetector detector) {
        detector.prepareForUse();
        return right -> {
            detector.input(right ? 0 : 1);
            return detector.getChange();
        };
    }

    private static void oneClass(Figures figures) {
        System.out.printf(
                Locale.ROOT,
                "%d streams of each kind, of one class, %.0f %% right; delays: tags until the alarm, median and the"
                        + " share that is never found%n",
                STREAMS,
                100 * ACCURACY);
        for (Map.Entry<String, Function<SplittableRandom, Detector>> entry :
                detectors().entrySet()) {
            String name = entry.getKey();
            long alarms = 0;
            for (int stream = 0; stream < STREAMS; stream++) {
                SplittableRandom random = new SplittableRandom(stream);
                Detector detector = entry.getValue().apply(random);
                for (int i = 0; i < UNCHANGED; i++) {
                    alarms += detector.add(random.nextDouble() < ACCURACY) ? 1 : 0;
                }
            }
            figures.add(name + "FalseAlarmsPer100k", alarms * 1e5 / ((double) STREAMS * UNCHANGED), "");
            for (int points : new int[] {5, 10, 20}) {
                delays(
                        figures,
                        name,
                        entry.getValue(),
                        "At" + points + "Points",
                        i -> i < BEFORE ? ACCURACY : ACCURACY - points / 100.0);
            }
            delays(
                    figures,
                    name,
                    entry.getValue(),
                    "OfGradualFall",
                    i -> ACCURACY - 0.2 * Math.max(0, Math.min(1, (i - BEFORE) / 5000.0)));
        }
    }

    private static void delays(
            Figures figures,
            String name,
            Function<SplittableRandom, Detector> begin,
            String of,
            IntToDoubleFunction accuracy) {
        List<Integer> delays = new ArrayList<>();
        int missed = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(1_000_000 + stream);
            Detector detector = begin.apply(random);
            int delay = AFTER;
            for (int i = 0; i < BEFORE + AFTER; i++) {
                boolean alarm = detector.add(random.nextDouble() < accuracy.applyAsDouble(i));
                if (alarm && i >= BEFORE) {
                    delay = i - BEFORE;
                    break;
                }
            }
            delays.add(delay);
            missed += delay == AFTER ? 1 : 0;
        }
        delays.sort(null);
        figures.add(
                name + "Delay" + of,
                delays.get(STREAMS / 2),
                missed == 0 ? "" : "%d of %d not within %,d".formatted(missed, STREAMS, AFTER));
    }

    /** A catalogue: how often each class comes, and how often its images are tagged right. */
    private record Catalogue(double[] cumulativeShare, double[] accuracy, List<ClassAccuracy> test) {
        static Catalogue draw(SplittableRandom random) {
            double[] share = new double[CLASSES];
            double[] accuracy = new double[CLASSES];
            double sum = 0;
            for (int i = 0; i < CLASSES; i++) {
                share[i] = Math.pow(i + 1.0, -0.9);
                sum += share[i];
                accuracy[i] = 0.5 + 0.48 * random.nextDouble();
            }
            List<ClassAccuracy> test = new ArrayList<>();
            double[] cumulative = new double[CLASSES];
            double sofar = 0;
            for (int i = 0; i < CLASSES; i++) {
                sofar += share[i] / sum;
                cumulative[i] = sofar;
                long support = Math.round(TEST_OF_ALL * share[i] / sum);
                long correct = 0;
                for (int image = 0; image < support; image++) {
                    correct += random.nextDouble() < accuracy[i] ? 1 : 0;
                }
                test.add(new ClassAccuracy(label(i), support, correct, correct));
            }
            return new Catalogue(cumulative, accuracy, test);
        }

        int drawClass(SplittableRandom random) {
            double at = random.nextDouble();
            for (int i = 0; i < CLASSES - 1; i++) {
                if (at < cumulativeShare[i]) {
                    return i;
                }
            }
            return CLASSES - 1;
        }
    }

    private static String label(int classIndex) {
        return "class " + classIndex;
    }

    private static void allClasses(Figures figures) {
        Map<Kind, Integer> falseAlarms = new HashMap<>();
        List<Integer> delays = new ArrayList<>();
        int late = 0;
        int others = 0;
        long nanos = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(2_000_000 + stream);
            Catalogue catalogue = Catalogue.draw(random);
            DriftMonitor monitor = new DriftMonitor("v1");
            monitor.baseline(catalogue.test(), SETTINGS);
            long start = System.nanoTime();
            for (int i = 0; i < UNCHANGED; i += CHUNK) {
                for (DriftAlert alert :
                        monitor.add(chunk(random, catalogue, -1, CHUNK).counts(), i, SETTINGS)) {
                    if (alert.status() == Status.OPEN) {
                        falseAlarms.merge(alert.kind(), 1, Integer::sum);
                    }
                }
            }
            nanos += System.nanoTime() - start;
            int falling = random.nextInt(CLASSES);
            int seen = 0;
            Integer delay = null;
            boolean other = false;
            for (int i = UNCHANGED; seen < 1000 && delay == null; i++) {
                int before = seen;
                AccuracyCounter one = new AccuracyCounter();
                seen += count(one, random, catalogue, falling) == falling ? 1 : 0;
                for (DriftAlert alert : monitor.add(one.counts(), i, SETTINGS)) {
                    if (alert.status() == Status.OPEN && alert.kind() == Kind.ACCURACY) {
                        if (alert.label().equals(label(falling))) {
                            delay = before + 1;
                        } else if (!alert.label().isEmpty()) {
                            other = true;
                        }
                    }
                }
            }
            delays.add(delay == null ? 1000 : delay);
            late += delay == null || delay > 300 ? 1 : 0;
            others += other ? 1 : 0;
        }
        delays.sort(null);
        double hundredThousands = STREAMS * (UNCHANGED / 1e5);
        int all = falseAlarms.values().stream().mapToInt(Integer::intValue).sum();
        figures.add("falseAlarmsPer100k", all / hundredThousands, "52 classes, all that is watched: " + falseAlarms);
        figures.add("delayAt20Points", delays.get(STREAMS / 2), "tags of the class that falls, median");
        figures.add("delayAt20PointsNinth", delays.get(STREAMS * 9 / 10), "likewise, nine of ten are faster");
        figures.add("laterThan300Share", (double) late / STREAMS, "of the streams");
        figures.add("otherClassesAtFallShare", (double) others / STREAMS, "streams with an alarm for another class");
        figures.add("microsPerTag", nanos / 1e3 / ((double) STREAMS * UNCHANGED), "of one core, drawing it included");
    }

    private static AccuracyCounter chunk(SplittableRandom random, Catalogue catalogue, int falling, int tags) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < tags; i++) {
            count(counter, random, catalogue, falling);
        }
        return counter;
    }

    private static int count(AccuracyCounter counter, SplittableRandom random, Catalogue catalogue, int falling) {
        int truth = catalogue.drawClass(random);
        double accuracy = catalogue.accuracy()[truth] - (truth == falling ? 0.2 : 0);
        boolean right = random.nextDouble() < accuracy;
        String answer = label(right ? truth : (truth + 1) % CLASSES);
        float confidence = (float) Math.min(1, 0.3 + 0.7 * random.nextDouble());
        float brightness = (float) Math.min(255, Math.max(0, 200 + 25 * random.nextGaussian()));
        TagOutcome tag = new TagOutcome("v1", "", 0, confidence, List.of(answer), confidence, brightness);
        counter.countTagged(tag);
        counter.countLabelled(tag, label(truth), 0, 1);
        return truth;
    }
}
