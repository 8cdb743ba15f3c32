/**
 * The operators from a tag to an alert.
 *
 * <p>Each product's tags are joined with its labels, which makes signed changes of counts ({@code JoinLabels}). The changes
 * are summed by model, segment and pane where they arise, and again where a series of windows is ({@code CountPanes},
 * {@code LimitSegments}, {@code MergePanes}). A series puts its panes together into windows when event time has passed
 * them, corrects them at a pace, and forgets them ({@code CloseWindows}); what is to be expected of them is added ({@code ExpectAccuracy}), while the sums over all segments go to the drift
 * monitors ({@code DetectDrift}). Why so: src/site/windows.md.
 */
@NullMarked
package org.catalogtagger.streaming.monitor;

import org.jspecify.annotations.NullMarked;
