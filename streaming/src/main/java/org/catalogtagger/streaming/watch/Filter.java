package org.catalogtagger.streaming.watch;

/**
 * What a viewer wants to see.
 *
 * @param model version; empty for the one that tags now
 * @param segment empty for all
 * @param label a class; empty for all
 * @param windows so many of the newest windows are summed up
 */
record Filter(String model, String segment, String label, int windows) {}
