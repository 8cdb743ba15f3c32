package org.catalogtagger.streaming.fetch;

import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/** Flink's file system for {@code hang:}, which answers no more, as a network's may: no interrupt ends the wait. */
public final class HangingFileSystem implements FileSystemFactory {
    private static volatile CountDownLatch end = new CountDownLatch(0);

    static void hang() {
        end = new CountDownLatch(1);
    }

    static void release() {
        end.countDown();
    }

    @Override
    public String getScheme() {
        return "hang";
    }

    @Override
    public FileSystem create(URI uri) {
        return new LocalFileSystem() {
            @Override
            public FileStatus getFileStatus(Path path) {
                while (end.getCount() > 0) {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        // As a system call would.
                    }
                }
                throw new IllegalStateException("it hangs no more");
            }
        };
    }
}
