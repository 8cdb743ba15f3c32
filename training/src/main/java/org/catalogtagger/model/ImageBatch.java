package org.catalogtagger.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.NativeBuffers;
import org.catalogtagger.model.image.Normalization;

/**
 * Up to {@code capacity} normalized images in one direct buffer, which PyTorch reads in place. Filled, classified,
 * cleared, filled again; not thread-safe. Owns its memory: close it.
 */
public final class ImageBatch implements AutoCloseable {
    /**
     * Bytes. In which order MKL sums may depend on where an array begins, as its user guide says, and a resumed run is to
     * end with the very bits of an uninterrupted one.
     */
    private static final int ALIGNMENT = 64;

    private final Normalization normalization;
    private final int inputs;
    private final int capacity;
    private final BytePointer memory;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;
    private final float[] row;
    private final Runnable onClose;

    /** Where mirror images come to, if they are to. */
    private final Optional<ImageBatch> mirrors;

    /**
     * An empty batch.
     *
     * @param inputs samples of an image
     * @param capacity images; the buffer takes {@code inputs * capacity * 4} bytes
     */
    public ImageBatch(Normalization normalization, int inputs, int capacity) {
        this(normalization, inputs, capacity, false, () -> {});
    }

    /**
     * A batch that tells when it is closed, once.
     *
     * @param isMirrored whether it can give mirror images, which takes as much memory again
     */
    ImageBatch(Normalization normalization, int inputs, int capacity, boolean isMirrored, Runnable onClose) {
        this.normalization = normalization;
        this.inputs = inputs;
        this.capacity = capacity;
        long bytesOfAll = (long) inputs * capacity * Float.BYTES;
        if (bytesOfAll > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a batch of %,d images of %,d samples takes %,d bytes, more than the %,d of a buffer; make batches smaller"
                            .formatted(capacity, inputs, bytesOfAll, Integer.MAX_VALUE));
        }
        int size = (int) bytesOfAll;
        this.memory = NativeBuffers.allocate(size + 2L * ALIGNMENT);
        this.bytes =
                memory.asByteBuffer().alignedSlice(ALIGNMENT).slice(0, size).order(ByteOrder.nativeOrder());
        this.floats = bytes.asFloatBuffer();
        this.row = new float[inputs];
        this.onClose = onClose;
        this.mirrors = isMirrored ? Optional.of(new ImageBatch(normalization, inputs, capacity)) : Optional.empty();
    }

    /**
     * How many images a batch takes that may have a number of the notebook's size: of larger ones fewer, for what a network
     * makes of them takes memory by their pixels.
     */
    public static int capacity(int ofNotebook, ImageSize size) {
        long fewer = (long) ofNotebook * ImageSize.NOTEBOOK.pixels() / size.pixels();
        return (int) Math.max(1, Math.min(ofNotebook, fewer));
    }

    /** Normalizes one image's samples into the batch, which must not be full. */
    public void add(byte[] samples) {
        requireInputs(samples.length);
        normalization.normalize(samples, row);
        floats.put(row);
    }

    /**
     * Some of the images mirrored left to right, in a batch that is this one's own and lasts until the next call.
     *
     * @param images their places in this batch, from 0
     * @param width of an image
     */
    ImageBatch mirrored(int[] images, int width) {
        ImageBatch mirrored = mirrors.orElseThrow();
        mirrored.clear();
        for (int image : images) {
            floats.get(image * inputs, row);
            normalization.mirror(row, width, mirrored.row);
            mirrored.floats.put(mirrored.row);
        }
        return mirrored;
    }

    /** Adds an image that is normalized already to the batch, which must not be full. */
    public void addNormalized(float[] image) {
        requireInputs(image.length);
        floats.put(image);
    }

    private void requireInputs(int length) {
        if (length != inputs) {
            throw new IllegalArgumentException(
                    "an image of %d samples in a batch of images of %d".formatted(length, inputs));
        }
    }

    /** Images in the batch. */
    public int size() {
        return floats.position() / inputs;
    }

    public boolean isFull() {
        return size() == capacity;
    }

    public void clear() {
        floats.clear();
    }

    /**
     * The images as an array {@code [size, inputs]} of float32. On a CPU it shares the batch's memory: close it before
     * the batch is filled again.
     */
    public NDArray toArray(NDManager manager) {
        ByteBuffer filled = bytes.slice(0, floats.position() * Float.BYTES).order(ByteOrder.nativeOrder());
        return manager.create(filled, new Shape(size(), inputs), DataType.FLOAT32);
    }

    @Override
    public void close() {
        if (!memory.isNull()) {
            memory.close();
            mirrors.ifPresent(ImageBatch::close);
            onClose.run();
        }
    }
}
