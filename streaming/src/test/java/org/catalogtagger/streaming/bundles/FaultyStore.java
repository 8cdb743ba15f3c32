package org.catalogtagger.streaming.bundles;

import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/** Flink's file system for {@code store:}, local files at which something may happen, by their name. */
public final class FaultyStore implements FileSystemFactory {
    private static final Map<String, Fault> FAULTS = new ConcurrentHashMap<>();
    private static final Map<String, Integer> OPENED = new ConcurrentHashMap<>();
    private static volatile CountDownLatch hanging = new CountDownLatch(0);

    /** What happens when a file is opened to be read or written. */
    @FunctionalInterface
    public interface Fault {
        /**
         * Happens.
         *
         * @param time counted from 1
         * @return how many bytes a reader gets to see; 0 for all, negative for one a millisecond
         */
        int happen(int time) throws IOException;
    }

    /** All goes well again. */
    public static void heal() {
        FAULTS.clear();
        OPENED.clear();
        hanging.countDown();
    }

    /** Something is to happen to all files of a name. */
    public static void fault(String file, Fault fault) {
        FAULTS.put(file, fault);
    }

    /** The first so many times. */
    static Fault failing(int times) {
        return time -> {
            if (time <= times) {
                throw new IOException("503 Slow Down");
            }
            return 0;
        };
    }

    /** The first so many times, bytes are missing. */
    static Fault cutTo(int bytes, int times) {
        return time -> time <= times ? bytes : 0;
    }

    /** Without an end in sight. */
    static Fault trickling() {
        return time -> -1;
    }

    /** Nobody has the rights. */
    public static Fault denied() {
        return time -> {
            throw new AccessDeniedException("key", null, "403 Forbidden");
        };
    }

    /** Until it is healed; no interrupt ends it. */
    static Fault hanging() {
        hanging = new CountDownLatch(1);
        return time -> {
            while (hanging.getCount() > 0) {
                try {
                    hanging.await();
                } catch (InterruptedException e) {
                    // As in a system call.
                }
            }
            throw new IOException("it hangs no more");
        };
    }

    /** How often files of a name were opened to be read. */
    public static int opened(String file) {
        return OPENED.getOrDefault(file, 0);
    }

    /** A directory, as this store has it. */
    public static String uri(java.nio.file.Path directory) {
        return "store://bucket" + directory.toAbsolutePath();
    }

    @Override
    public String getScheme() {
        return "store";
    }

    @Override
    public FileSystem create(URI uri) {
        return new LocalFileSystem() {
            @Override
            public FSDataInputStream open(Path path) throws IOException {
                int time = OPENED.merge(path.getName(), 1, Integer::sum);
                int bytes = FAULTS.getOrDefault(path.getName(), unused -> 0).happen(time);
                return new Read(super.open(path), bytes <= 0 ? Long.MAX_VALUE : bytes, bytes < 0);
            }

            @Override
            public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
                int unused = FAULTS.getOrDefault(path.getName(), none -> 0).happen(1);
                return super.create(path, mode);
            }
        };
    }

    /** A stream that may end early, or trickle. */
    private static final class Read extends FSDataInputStream {
        private final FSDataInputStream in;
        private final long end;
        private final boolean trickles;

        Read(FSDataInputStream in, long end, boolean trickles) {
            this.in = in;
            this.end = end;
            this.trickles = trickles;
        }

        @Override
        public int read() throws IOException {
            return in.getPos() < end ? in.read() : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (trickles) {
                LockSupport.parkNanos(1_000_000);
                return in.read(into, offset, 1);
            }
            long left = end - in.getPos();
            return left <= 0 ? -1 : in.read(into, offset, (int) Math.min(length, left));
        }

        @Override
        public void seek(long position) throws IOException {
            in.seek(position);
        }

        @Override
        public long getPos() throws IOException {
            return in.getPos();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
