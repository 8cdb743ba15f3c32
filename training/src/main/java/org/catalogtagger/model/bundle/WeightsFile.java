package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.catalogtagger.model.network.Architecture.NamedShape;

/**
 * One reading of a safetensors file, in Java, from its first byte to its last: header, values and sum are checked of the
 * very bytes that are handed on, and native code sees none of a file that is not ours.
 */
final class WeightsFile {
    /** The six arrays of each of a hundred layers take 70 kB; the rest is for metadata. */
    private static final int MAX_HEADER = 1 << 20;

    private static final int CHUNK = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final Sha256 sha256 = new Sha256();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private Optional<String> fault = Optional.empty();

    private WeightsFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * What a reading found.
     *
     * @param sha256 of the whole file
     * @param fault the first value that no weight may have, if there is one; to be told only once the sum is known to be
     *     right, because damage explains it better
     */
    record Contents(Path file, String sha256, Optional<String> fault) {
        void requireSound() {
            fault.ifPresent(what -> {
                throw new BundleException(file + ": " + what);
            });
        }
    }

    /**
     * Reads a file.
     *
     * @param arrays that it must hold, no more and no fewer
     * @param memory of each array where its values are to be put, if anywhere; asked for once the whole header is right
     * @throws BundleException if it is no safetensors file of these arrays, or cannot be read
     */
    static Contents read(Path file, List<NamedShape> arrays, Function<NamedShape, Optional<ByteBuffer>> memory) {
        try (FileChannel channel = BundleFile.open(file)) {
            WeightsFile reading = new WeightsFile(file, channel);
            for (NamedShape array : reading.header(arrays).arrays()) {
                reading.array(array, memory.apply(array));
            }
            return new Contents(file, reading.end(), reading.fault);
        } catch (IllegalArgumentException e) {
            throw new BundleException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw BundleFile.unreadable(file, e);
        }
    }

    /** What a file of these arrays can need. */
    static long maxBytes(List<NamedShape> arrays) {
        return Long.BYTES
                + MAX_HEADER
                + Float.BYTES * arrays.stream().mapToLong(NamedShape::elements).sum();
    }

    private SafetensorsHeader header(List<NamedShape> arrays) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new IllegalArgumentException("is no safetensors file: it has %d bytes".formatted(size));
        }
        long length = next(Long.BYTES).getLong();
        if (length < 0 || length > MAX_HEADER || length > size - Long.BYTES) {
            throw new IllegalArgumentException(
                    "is no safetensors file of ours: of its %,d bytes the header takes %s, and at"
                                    .formatted(size, Long.toUnsignedString(length))
                            + " most %,d are allowed".formatted(MAX_HEADER));
        }
        byte[] header = new byte[(int) length];
        next(header.length).get(header);
        return SafetensorsHeader.parse(header, size - Long.BYTES - length, arrays);
    }

    private void array(NamedShape array, Optional<ByteBuffer> memory) throws IOException {
        WeightRange range = WeightRange.of(array);
        long bytes = array.elements() * Float.BYTES;
        for (long done = 0; done < bytes; ) {
            ByteBuffer values = next((int) Math.min(CHUNK, bytes - done));
            check(array, range, values.asFloatBuffer(), done / Float.BYTES);
            done += values.remaining();
            memory.ifPresent(into -> into.put(values));
        }
    }

    private void check(NamedShape array, WeightRange range, FloatBuffer values, long first) {
        int outside = fault.isPresent() ? -1 : range.firstOutside(values);
        if (outside >= 0) {
            fault = Optional.of(
                    "%s holds %s as its value number %,d, but it must be from %s to %s; did the training diverge?"
                            .formatted(
                                    array.name(),
                                    values.get(outside),
                                    first + outside + 1,
                                    range.least(),
                                    range.greatest()));
        }
    }

    /** So many more bytes, at most a chunk, valid until the next are read. */
    private ByteBuffer next(int bytes) throws IOException {
        chunk.clear().limit(bytes);
        while (chunk.hasRemaining()) {
            if (channel.read(chunk) < 0) {
                throw BundleFile.changing(file);
            }
        }
        chunk.flip();
        sha256.update(chunk.array(), bytes);
        return chunk;
    }

    private String end() throws IOException {
        if (channel.read(chunk.clear()) >= 0) {
            throw BundleFile.changing(file);
        }
        return sha256.hex();
    }
}
