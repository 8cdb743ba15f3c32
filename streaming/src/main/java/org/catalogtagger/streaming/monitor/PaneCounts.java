package org.catalogtagger.streaming.monitor;

import org.catalogtagger.streaming.accuracy.AccuracyCounts;

/**
 * By how much the counts of a pane change.
 *
 * @param paneStart milliseconds since 1970
 * @param arrivals tags and labels that this is the sum of; labels that were taken back do not count
 */
public record PaneCounts(Series series, long paneStart, long arrivals, AccuracyCounts counts) {}
