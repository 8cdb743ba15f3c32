package org.catalogtagger.streaming.monitor;

import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.TagExample;

/**
 * By how much the counts of a pane change.
 *
 * @param paneStart milliseconds since 1970
 * @param arrivals tags and labels that this is the sum of; labels that were taken back do not count
 * @param examples some of the tags and labels, of each kind the first; none of those of a segment
 */
public record PaneCounts(
        Series series, long paneStart, long arrivals, AccuracyCounts counts, List<TagExample> examples) {}
