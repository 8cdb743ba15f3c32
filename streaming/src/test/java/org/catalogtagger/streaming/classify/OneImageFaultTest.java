package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.junit.jupiter.api.Test;

class OneImageFaultTest {
    @Test
    void whatALibraryThrowsAtAnImageIsItsRejection() {
        for (Throwable fault : List.of(
                new IllegalStateException("odd table"),
                new StackOverflowError(),
                new OutOfMemoryError("Java heap space"),
                new OutOfMemoryError("Requested array size exceeds VM limit"))) {
            RejectedEventException rejected = OneImageFault.of("decoding it", fault);
            assertThat(rejected.reason()).isEqualTo("internal-error");
            assertThat(rejected)
                    .hasMessageStartingWith("decoding it failed: ")
                    .hasMessageContaining(fault.getClass().getSimpleName());
        }
    }

    @Test
    void whatEndsTheJvmEndsTheJob() {
        for (Error fault : List.of(
                new InternalError("fault"),
                new OutOfMemoryError("Metaspace"),
                new OutOfMemoryError("unable to create native thread: possibly out of memory"),
                new OutOfMemoryError("GC overhead limit exceeded"))) {
            assertThatThrownBy(() -> OneImageFault.of("decoding it", fault)).isSameAs(fault);
        }
    }
}
