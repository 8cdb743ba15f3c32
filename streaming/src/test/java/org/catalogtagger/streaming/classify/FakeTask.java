package org.catalogtagger.streaming.classify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.function.ThrowingRunnable;
import org.catalogtagger.streaming.classify.ReleaseEvent.Report;

/** A task's threads, that do what they have to when the test says so. */
final class FakeTask {
    private final Deque<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
    private final Deque<Runnable> loads = new ArrayDeque<>();
    private final Deque<Runnable> timers = new ArrayDeque<>();

    ModelLoader loader(Function<String, ModelBatch> load) {
        return loader(load, Duration.ZERO);
    }

    ModelLoader loader(Function<String, ModelBatch> load, Duration patience) {
        return new ModelLoader(load, new Loader(), new Mailbox(), patience);
    }

    Releases.Task of(Consumer<Report> coordinator, Releases.Listener listener) {
        return new Releases.Task((time, action) -> timers.add(action), coordinator, () -> {}, listener);
    }

    boolean hasLoad() {
        return !loads.isEmpty();
    }

    void runLoad() {
        loads.remove().run();
    }

    boolean hasMail() {
        return !mails.isEmpty();
    }

    void runMail() throws Exception {
        mails.remove().run();
    }

    /** The longest time that a load may take passes. */
    void passTime() {
        while (!timers.isEmpty()) {
            timers.remove().run();
        }
    }

    private final class Mailbox implements MailboxExecutor {
        @Override
        public void execute(
                MailOptions options,
                ThrowingRunnable<? extends Exception> command,
                String description,
                Object... arguments) {
            mails.add(command);
        }

        @Override
        public void yield() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean tryYield() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shouldInterrupt() {
            return false;
        }
    }

    private final class Loader extends AbstractExecutorService {
        private boolean shutDown;

        @Override
        public void execute(Runnable load) {
            loads.add(load);
        }

        @Override
        public void shutdown() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutDown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutDown;
        }

        @Override
        public boolean isTerminated() {
            return shutDown && loads.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            while (!loads.isEmpty()) {
                runLoad();
            }
            return true;
        }
    }
}
