package org.catalogtagger.streaming.classify;

import java.util.List;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.events.RejectedEventException;

/**
 * What a library threw at one image: it costs that image its tag, and the job goes on. What says that the JVM itself is
 * at its end is thrown on: {@link InternalError} and its like, and the {@link OutOfMemoryError}s that are not about one
 * large array.
 */
final class OneImageFault {
    private static final String REASON = "internal-error";

    /** HotSpot's words for memory that no image takes. */
    private static final List<String> OF_THE_VM =
            List.of("Metaspace", "Compressed class space", "unable to create native thread", "GC overhead limit");

    /**
     * One image may ask for more memory than there is. When so many in a row find none, something else holds it, and they
     * would have got their tags had it been free.
     */
    static final int MOST_WITHOUT_MEMORY_IN_A_ROW = 3;

    private OneImageFault() {}

    /** The rejection of the image, or the fault itself. */
    static RejectedEventException of(String doing, Throwable fault) {
        if (fault instanceof Error error && !isAboutOneImage(error)) {
            throw error;
        }
        return new RejectedEventException(REASON, doing + " failed: " + ErrorLine.of(fault));
    }

    private static boolean isAboutOneImage(Error error) {
        String message = String.valueOf(error.getMessage());
        return error instanceof StackOverflowError
                || (error instanceof OutOfMemoryError && OF_THE_VM.stream().noneMatch(message::contains));
    }
}
