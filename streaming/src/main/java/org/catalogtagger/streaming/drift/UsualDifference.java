package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How windows of tags differ from those before them while nothing drifts, whatever makes them differ, and what another
 * window says against that: src/site/drift.md.
 *
 * @param mean of the differences, in the unit of their {@link WindowMeasure}
 * @param deviation of the next one's from the mean, for which the mean is an estimate too
 * @param degrees of freedom of the deviation
 */
record UsualDifference(double mean, double deviation, double degrees) {
    /** Windows that are worth as much as the belief that tags are independent. */
    private static final double BELIEF = 4;

    /** That of windows in the order in which they came. */
    static UsualDifference of(List<TagWindow> known, WindowMeasure measure) {
        // As each was when it came: those after it, which share runs with it, are not what it is compared with.
        TagWindow before = new TagWindow();
        List<Double> found = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
            TagWindow one = known.get(i);
            if (i >= measure.others()) {
                found.add(measure.of(before, one));
            }
            before.add(one);
        }
        return of(found, measure.variance(before, known.get(0)));
    }

    /**
     * That of differences.
     *
     * @param believed their variance if tags are independent
     */
    static UsualDifference of(List<Double> found, double believed) {
        double mean = mean(found);
        double squares = 0;
        for (double one : found) {
            squares += (one - mean) * (one - mean);
        }
        // Where windows differ by more than those of independent tags, the belief that they do not makes them no more
        // alike.
        double degrees = BELIEF + found.size() - 1;
        double own = found.size() < 2 ? 0 : squares / (found.size() - 1);
        double variance = Math.max(own, (BELIEF * believed + squares) / degrees);
        return new UsualDifference(mean, Math.sqrt(variance * (1 + 1.0 / found.size())), degrees);
    }

    /** That a window like those before it differs by as much: Student's t, for how they are is known from some only. */
    double chance(double found) {
        return TDistribution.of(degrees).survivalProbability((found - mean) / deviation);
    }

    /**
     * Whether a change is over, by as much evidence as was needed to open its alert: the likelihood of what is usual over
     * that of what was so since the change, of normal numbers (as of accuracy: {@link OpenFall}).
     *
     * @param changed differences since the change, at least one
     * @param calm those after these, which seem as before
     * @param chance of a false alarm in a window
     */
    boolean isAsBefore(List<Double> changed, List<Double> calm, double chance) {
        double since = mean(changed);
        double logEvidence = 0;
        for (double one : calm) {
            logEvidence += logLikelihood(one, mean) - logLikelihood(one, since);
        }
        double divergence = -logLikelihood(mean, since);
        return since <= mean || logEvidence >= Math.log(Math.max(1, divergence / chance));
    }

    private static double mean(List<Double> some) {
        double mean = 0;
        for (double one : some) {
            mean += one / some.size();
        }
        return mean;
    }

    /** That of a normal number around a mean, but for what is the same of all means. */
    private double logLikelihood(double found, double around) {
        double off = (found - around) / deviation;
        return -off * off / 2;
    }
}
