package org.catalogtagger.streaming.drift;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;

/** Counts of tags by bin, as what watches a mix takes them. */
final class BinCounts {
    private static final double GRAY_LEVELS = 256;

    private BinCounts() {}

    static Map<String, Long> byBin(List<Long> counts) {
        Map<String, Long> byBin = new HashMap<>();
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) != 0) {
                byBin.put("bin " + i, counts.get(i));
            }
        }
        return byBin;
    }

    /** Gray levels of so many images, as if each lay in the middle of its bin. */
    static double graySum(List<Long> brightness) {
        double sum = 0;
        for (int i = 0; i < brightness.size(); i++) {
            sum += brightness.get(i) * (i + 0.5) * GRAY_LEVELS / AccuracyCounts.BRIGHTNESS_BINS;
        }
        return sum;
    }
}
