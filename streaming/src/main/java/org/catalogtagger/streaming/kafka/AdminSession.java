package org.catalogtagger.streaming.kafka;

import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Questions of one thread that share a client as long as they are answered. A new client finds its broker by lot, and waits for one
 * that stands still: twenty questions of a JobManager that took a job over each drew one of three, of which one stood still.
 */
public final class AdminSession {
    private static final ThreadLocal<@Nullable AdminSession> OPEN = new ThreadLocal<>();

    private @Nullable Properties properties;
    private @Nullable Admin admin;

    private AdminSession() {}

    /** What asks {@link KafkaConnection} several times. */
    public interface Task<T, E extends Exception> {
        T run() throws E;
    }

    /** Runs a task whose questions share a client; within another session they are part of that. */
    public static <T, E extends Exception> T share(Task<T, E> task) throws E {
        if (OPEN.get() != null) {
            return task.run();
        }
        AdminSession session = new AdminSession();
        OPEN.set(session);
        try {
            return task.run();
        } finally {
            OPEN.remove();
            session.release();
        }
    }

    private void release() {
        if (admin != null) {
            admin.close();
            admin = null;
        }
    }

    /** The client of this thread's session, or one for a single question. */
    static Client client(Properties properties) {
        AdminSession session = OPEN.get();
        if (session == null || session.admin == null || !properties.equals(session.properties)) {
            return new Client(Admin.create(properties), properties, session);
        }
        Admin kept = session.admin;
        session.admin = null;
        return new Client(kept, properties, session);
    }

    /** One that goes with its question, unless it is kept. */
    static final class Client implements AutoCloseable {
        private final Admin admin;
        private final Properties properties;
        private final @Nullable AdminSession session;
        private boolean isKept;

        private Client(Admin admin, Properties properties, @Nullable AdminSession session) {
            this.admin = admin;
            this.properties = properties;
            this.session = session;
        }

        Admin admin() {
            return admin;
        }

        /** For the session's next question, as this one was answered. */
        void keep() {
            if (session != null) {
                session.release();
                session.admin = admin;
                session.properties = properties;
                isKept = true;
            }
        }

        @Override
        public void close() {
            if (!isKept) {
                admin.close();
            }
        }
    }
}
