package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureNoticeTest {
    @Test
    void theInnermostCauseIsTold() {
        assertThat(
                        FailureNotice.rootCause(
                                """
                        org.apache.flink.runtime.JobException: Recovery is on
                        \tat org.apache.flink.A.b(A.java:1)
                        Caused by: java.lang.RuntimeException: wrapped
                        \tat org.apache.flink.A.b(A.java:1)
                        Caused by: org.apache.kafka.common.errors.TimeoutException: no answer in 60000 ms
                        \t... 3 more
                        """))
                .isEqualTo("TimeoutException: no answer in 60000 ms");
    }

    @Test
    void aTraceWithoutCauseIsItsFirstLine() {
        assertThat(FailureNotice.rootCause("java.io.IOException: gone\n\tat A.b(A.java:1)\n"))
                .isEqualTo("IOException: gone");
    }
}
