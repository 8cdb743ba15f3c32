package org.catalogtagger.training.tracking;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records as TensorFlow writes them: length, the length's checksum, the record, its checksum (<a
 * href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a>). A reader may follow it while it grows.
 */
final class EventFile implements AutoCloseable {
    private static final int MASK = 0xA282EAD8;

    private final OutputStream out;

    /** Records that go to a stream, which is closed with this. */
    EventFile(OutputStream out) {
        this.out = new BufferedOutputStream(out);
    }

    /**
     * A new file.
     *
     * @throws IOException if it is there already, or cannot be written
     */
    static EventFile create(Path file) throws IOException {
        return new EventFile(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
    }

    /** Appends a record, so that readers see it. */
    void write(byte[] record) throws IOException {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(record.length)
                .array();
        out.write(length);
        out.write(checksum(length));
        out.write(record);
        out.write(checksum(record));
        out.flush();
    }

    /** Masked, as a checksum of bytes that hold checksums is weak. */
    private static byte[] checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Integer.rotateRight((int) crc.getValue(), 15) + MASK)
                .array();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
