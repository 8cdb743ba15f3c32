package org.catalogtagger.streaming.accuracy;

/**
 * How right the tags of one class are.
 *
 * @param support images that truly are of the class
 * @param correct those of them that were tagged so
 */
public record ClassAccuracy(String label, long support, long correct) {
    /** Recall of the class, 0 to 1; 0 without images. */
    public double accuracy() {
        return support == 0 ? 0 : (double) correct / support;
    }
}
