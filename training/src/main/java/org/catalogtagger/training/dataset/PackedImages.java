package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.catalogtagger.model.image.ImageSize;

/**
 * Decoded images, sample by sample, in a memory-mapped file (or in memory): as many as the disk
 * holds, at the pace of the page cache. Threads may share it.
 */
public final class PackedImages {
    /** A mapping is at most 2 GiB, so a large file is mapped in pieces, each of whole images. */
    private static final int SEGMENT_BYTES = 1 << 30;

    private final ByteBuffer[] segments;
    private final int imagesPerSegment;
    private final ImageSize size;

    private PackedImages(ByteBuffer[] segments, int imagesPerSegment, ImageSize size) {
        this.segments = segments;
        this.imagesPerSegment = imagesPerSegment;
        this.size = size;
    }

    /**
     * Maps a file.
     *
     * @param size of the images; the file's length is a multiple of their samples
     */
    static PackedImages map(Path file, ImageSize size) throws IOException {
        int samples = size.samples();
        int imagesPerSegment = Math.max(1, SEGMENT_BYTES / samples);
        long segmentBytes = (long) imagesPerSegment * samples;
        try (FileChannel channel = FileChannel.open(file)) {
            long bytes = channel.size();
            ByteBuffer[] segments = new ByteBuffer[(int) ((bytes + segmentBytes - 1) / segmentBytes)];
            for (int i = 0; i < segments.length; i++) {
                long start = i * segmentBytes;
                segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(segmentBytes, bytes - start));
            }
            return new PackedImages(segments, imagesPerSegment, size);
        }
    }

    /** Images that are in memory already, at least one, all of one size. */
    public static PackedImages of(List<byte[]> images, ImageSize size) {
        ByteBuffer[] segments = images.stream().map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
        return new PackedImages(segments, 1, size);
    }

    /** Of the images. */
    ImageSize size() {
        return size;
    }

    /**
     * Copies one image's samples.
     *
     * @param index of the image, from 0
     */
    void copy(int index, byte[] into) {
        segments[index / imagesPerSegment].get((index % imagesPerSegment) * size.samples(), into, 0, size.samples());
    }
}
