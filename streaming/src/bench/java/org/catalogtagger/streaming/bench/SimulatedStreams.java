package org.catalogtagger.streaming.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.bench.SimulatedCatalogue.Tag;

/** Streams in which the model is as good as ever, though they are no independent draws. */
final class SimulatedStreams {
    static final int TAGS = 100_000;

    /** 100,000 tags in ten days. */
    static final long STEP_MILLIS = 8_640;

    static final int CHUNK = 50;

    private static final int DAY = 10_000;
    private static final int HOUR = DAY / 24;

    /** By how many logits the truth of a class differs from what the model says. */
    private static final double UNEVENNESS = 0.4;

    /** One in so many is labelled by chance. */
    private static final int SAMPLED_OF = 20;

    private SimulatedStreams() {}

    /** Takes what comes. */
    interface Sink {
        /** Takes the catalogue that the model was tested on, first. */
        void begin(SimulatedCatalogue catalogue);

        /** Takes changes of the counts of tags that were made at about one time. */
        void counts(AccuracyCounter counts, long tagTime);

        /** Takes whether a tag was right, in the order of labels. */
        void right(boolean isRight);
    }

    /** A kind of streams: plays one. */
    interface Kind {
        void play(SplittableRandom random, Sink sink);
    }

    static Map<String, Kind> withoutDrift() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("independent", (random, sink) -> independent(random, sink, 52, 0));
        kinds.put("nearlyAlwaysRight", SimulatedStreams::nearlyAlwaysRight);
        kinds.put("runs", (random, sink) -> runs(random, sink, 1, 0));
        kinds.put("runsOfUnevenClasses", (random, sink) -> runs(random, sink, 1, UNEVENNESS));
        kinds.put("runsInterleaved", (random, sink) -> runs(random, sink, 10, 0));
        kinds.put("runsOfQuality", (random, sink) -> runsOfQuality(random, sink, true));
        kinds.put("runsOfHiddenQuality", (random, sink) -> runsOfQuality(random, sink, false));
        kinds.put("dailyCycle", SimulatedStreams::dailyCycle);
        kinds.put("dayAndNight", SimulatedStreams::dayAndNight);
        kinds.put("wrongLabelledFirst", (random, sink) -> delayed(random, sink, HOUR, DAY / 2));
        kinds.put("correctionsInBatches", SimulatedStreams::corrections);
        kinds.put("labelsOfDoubtful", (random, sink) -> chosen(random, sink, 0, Choice.DOUBTFUL, Said.NOTHING));
        kinds.put(
                "labelsOfDoubtfulDeclared",
                (random, sink) -> chosen(random, sink, 0, Choice.DOUBTFUL, Said.PROBABILITY));
        kinds.put("labelsOfWrong", (random, sink) -> chosen(random, sink, 0, Choice.WRONG, Said.NOTHING));
        kinds.put("labelsOfWrongAndAudits", (random, sink) -> chosen(random, sink, 0, Choice.WRONG, Said.AUDIT));
        kinds.put(
                "labelPolicyChanges", (random, sink) -> chosen(random, sink, TAGS / 2, Choice.DOUBTFUL, Said.NOTHING));
        kinds.put(
                "labelPolicyChangesDeclared",
                (random, sink) -> chosen(random, sink, TAGS / 2, Choice.DOUBTFUL, Said.PROBABILITY));
        kinds.put("labelNoise", (random, sink) -> independent(random, sink, 52, 0.02));
        kinds.put("thousandClasses", (random, sink) -> independent(random, sink, 1000, 0));
        return kinds;
    }

    /** Tags whose labels come with them. */
    static void inline(Sink sink, int tags, Supplier<Tag> draw) {
        inline(sink, tags, STEP_MILLIS, draw);
    }

    private static void inline(Sink sink, int tags, long stepMillis, Supplier<Tag> draw) {
        for (int i = 0; i < tags; i += CHUNK) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < CHUNK; j++) {
                Tag tag = draw.get();
                tag.countBoth(counter);
                sink.right(tag.right());
            }
            sink.counts(counter, i * stepMillis);
        }
    }

    private static void independent(SplittableRandom random, Sink sink, int classes, double noise) {
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, classes, 0);
        sink.begin(catalogue);
        inline(sink, TAGS, () -> {
            Tag tag = catalogue.draw(random, catalogue.drawClass(random));
            return random.nextDouble() < noise ? tag.labelled(random.nextInt(classes)) : tag;
        });
    }

    /** Of 52 classes each is wrong once in 10 to 10,000 tags. */
    private static void nearlyAlwaysRight(SplittableRandom random, Sink sink) {
        double[] accuracy =
                random.doubles(52).map(x -> 1 - Math.pow(10, -1 - 3 * x)).toArray();
        double[] share = IntStream.range(0, accuracy.length)
                .mapToDouble(i -> Math.pow(i + 1.0, -0.9))
                .toArray();
        SimulatedCatalogue catalogue = new SimulatedCatalogue(random, accuracy, share, 0, 0, 6586);
        sink.begin(catalogue);
        inline(sink, TAGS, () -> catalogue.draw(random, catalogue.drawClass(random)));
    }

    /** Runs of one class each. */
    private static IntSupplier runs(
            SplittableRandom random, SimulatedCatalogue catalogue, int interleaved, int shortest, int longest) {
        int[] truth = new int[interleaved];
        int[] left = new int[interleaved];
        return () -> {
            int run = random.nextInt(interleaved);
            if (left[run]-- <= 0) {
                truth[run] = catalogue.drawClass(random);
                left[run] = shortest + random.nextInt(longest - shortest + 1);
            }
            return truth[run];
        };
    }

    private static void runs(SplittableRandom random, Sink sink, int interleaved, double unevenness) {
        SimulatedCatalogue catalogue = SimulatedCatalogue.uneven(random, 52, 0, unevenness);
        sink.begin(catalogue);
        IntSupplier classes = runs(random, catalogue, interleaved, 200, 2000);
        inline(sink, TAGS, () -> catalogue.draw(random, classes.getAsInt()));
    }

    private static void runsOfQuality(SplittableRandom random, Sink sink, boolean isSeen) {
        double spread = isSeen ? 0.8 : 0.5;
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, spread);
        sink.begin(catalogue);
        int[] left = new int[1];
        double[] quality = new double[1];
        int[] truth = new int[1];
        inline(sink, TAGS, () -> {
            if (left[0]-- <= 0) {
                left[0] = 20 + random.nextInt(81);
                quality[0] = catalogue.quality(random);
                truth[0] = catalogue.drawClass(random);
            }
            return catalogue.draw(random, truth[0], isSeen ? quality[0] : 0, isSeen ? 0 : quality[0], 0);
        });
    }

    /** Half of the classes come more often by day, the others by night. */
    private static void dailyCycle(SplittableRandom random, Sink sink) {
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
        sink.begin(catalogue);
        int[] i = new int[1];
        inline(sink, TAGS, () -> {
            double wave = Math.sin(2 * Math.PI * i[0]++ / DAY);
            while (true) {
                int truth = catalogue.drawClass(random);
                if (random.nextDouble() < (1 + (truth % 2 == 0 ? 0.5 : -0.5) * wave) / 1.5) {
                    return catalogue.draw(random, truth);
                }
            }
        });
    }

    /** Three days of 200,000 tags, far more than the windows that are usual: by night half of the classes come three times as often, by day the others. */
    private static void dayAndNight(SplittableRandom random, Sink sink) {
        int day = 200_000;
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
        sink.begin(catalogue);
        int[] i = new int[1];
        inline(sink, 3 * day, 86_400_000 / day, () -> {
            int half = i[0]++ / (day / 2) % 2;
            while (true) {
                int truth = catalogue.drawClass(random);
                if (truth % 2 == half || random.nextInt(3) == 0) {
                    return catalogue.draw(random, truth);
                }
            }
        });
    }

    private static void delayed(SplittableRandom random, Sink sink, int wrongAfter, int rightAfter) {
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
        sink.begin(catalogue);
        List<List<Tag>> chunks = new ArrayList<>();
        for (int i = 0; i < TAGS + rightAfter; i += CHUNK) {
            if (i < TAGS) {
                AccuracyCounter counter = new AccuracyCounter();
                List<Tag> chunk = new ArrayList<>();
                for (int j = 0; j < CHUNK; j++) {
                    Tag tag = catalogue.draw(random, catalogue.drawClass(random));
                    tag.countTagged(counter);
                    chunk.add(tag);
                }
                chunks.add(chunk);
                sink.counts(counter, i * STEP_MILLIS);
            }
            label(sink, chunks, i - wrongAfter, tag -> !tag.right());
            label(sink, chunks, i - rightAfter, Tag::right);
        }
    }

    private static void label(Sink sink, List<List<Tag>> chunks, int from, Predicate<Tag> some) {
        int chunk = Math.floorDiv(from, CHUNK);
        if (chunk < 0 || chunk >= chunks.size()) {
            return;
        }
        AccuracyCounter counter = new AccuracyCounter();
        chunks.get(chunk).stream().filter(some).forEach(tag -> {
            tag.countLabelled(counter, tag.truth(), 1);
            sink.right(tag.right());
        });
        sink.counts(counter, STEP_MILLIS * chunk * CHUNK);
    }

    /** A third of the wrong answers is taken for right at first, and corrected in batches of 20. */
    private static void corrections(SplittableRandom random, Sink sink) {
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
        sink.begin(catalogue);
        List<Tag> taken = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < TAGS; i += CHUNK) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < CHUNK; j++) {
                Tag tag = catalogue.draw(random, catalogue.drawClass(random));
                boolean isTaken = !tag.right() && random.nextInt(3) == 0;
                tag.countTagged(counter);
                tag.countLabelled(counter, isTaken ? tag.answer() : tag.truth(), 1);
                sink.right(isTaken || tag.right());
                if (isTaken) {
                    taken.add(tag);
                    times.add(i * STEP_MILLIS);
                }
            }
            sink.counts(counter, i * STEP_MILLIS);
            if (taken.size() >= 20) {
                for (int j = 0; j < taken.size(); j++) {
                    AccuracyCounter corrected = new AccuracyCounter();
                    taken.get(j).countLabelled(corrected, taken.get(j).answer(), -1);
                    taken.get(j).countLabelled(corrected, taken.get(j).truth(), 1);
                    sink.counts(corrected, times.get(j));
                }
                taken.clear();
                times.clear();
            }
        }
    }

    /** Which tags are labelled beside a random sample, if there is one. */
    private enum Choice {
        DOUBTFUL,
        WRONG;

        boolean test(Tag tag) {
            return this == DOUBTFUL ? tag.expected() < 0.6 : !tag.right();
        }
    }

    /** What is said of how labels were chosen. */
    private enum Said {
        NOTHING,
        /** With each label, with what probability it was given. */
        PROBABILITY,
        /** The job has drawn those that are a random sample. */
        AUDIT
    }

    /** One in twenty has a label, and from some time on, so have those that are chosen. Of wrong ones alone there is no sample else. */
    private static void chosen(SplittableRandom random, Sink sink, int from, Choice choice, Said said) {
        SimulatedCatalogue catalogue = SimulatedCatalogue.usual(random, 52, 0);
        sink.begin(catalogue);
        boolean isSampled = choice == Choice.DOUBTFUL || said == Said.AUDIT;
        for (int i = 0; i < TAGS; i += CHUNK) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < CHUNK; j++) {
                Tag tag = catalogue.draw(random, catalogue.drawClass(random));
                boolean isDrawn = isSampled && random.nextInt(SAMPLED_OF) == 0;
                boolean isChosen = i >= from && choice.test(tag);
                Tag made = isDrawn && said == Said.AUDIT ? tag.drawn() : tag;
                made.countTagged(counter);
                if (isDrawn || isChosen) {
                    made.countLabelled(
                            counter,
                            said != Said.PROBABILITY ? SampledTags.NOT_DECLARED : isChosen ? 1 : 1.0 / SAMPLED_OF);
                    sink.right(tag.right());
                }
            }
            sink.counts(counter, i * STEP_MILLIS);
        }
    }
}
