package org.catalogtagger.streaming.lease;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/** The job may not run, or not any more: another of its consumer group does. Flink does not restart it then. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
