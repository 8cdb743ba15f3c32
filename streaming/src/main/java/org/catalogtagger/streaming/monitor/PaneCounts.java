package org.catalogtagger.streaming.monitor;

import org.catalogtagger.streaming.accuracy.AccuracyCounts;

/**
 * What one subtask has counted of a pane since it last told.
 *
 * @param paneStart milliseconds since 1970
 * @param segment empty for tags without one
 */
public record PaneCounts(String modelVersion, String segment, long paneStart, AccuracyCounts counts) {}
