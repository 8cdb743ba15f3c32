package org.catalogtagger.training.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * One {@code tensorflow.Event}, encoded as
 * <a href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">event.proto</a> says, in the
 * <a href="https://protobuf.dev/programming-guides/encoding/">wire format</a> of protocol buffers. Four kinds of field are all
 * that is needed of it, so there is no library for them.
 */
final class EventMessage {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private EventMessage() {}

    private static EventMessage at(double seconds, long step) {
        return new EventMessage().fixed64(1, seconds).varint(2, step);
    }

    /** The first of a file: its version. */
    static byte[] version(double seconds) {
        return new EventMessage()
                .fixed64(1, seconds)
                .bytes(3, "brain.Event:2".getBytes(UTF_8))
                .toBytes();
    }

    /** Figures of a step, by name. */
    static byte[] scalars(double seconds, long step, Map<String, Double> figures) {
        EventMessage summary = new EventMessage();
        figures.forEach((name, figure) -> summary.bytes(
                1,
                new EventMessage()
                        .bytes(1, name.getBytes(UTF_8))
                        .fixed32(2, figure.floatValue())
                        .toBytes()));
        return at(seconds, step).bytes(5, summary.toBytes()).toBytes();
    }

    /** A run goes on: what was said of this step, and of later ones, holds no longer. */
    static byte[] start(double seconds, long step) {
        return at(seconds, step)
                .bytes(7, new EventMessage().varint(1, 1).toBytes())
                .toBytes();
    }

    private EventMessage fixed64(int field, double value) {
        varint(((long) field << 3) | FIXED_64);
        bytes.writeBytes(ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
        return this;
    }

    private EventMessage fixed32(int field, float value) {
        varint(((long) field << 3) | FIXED_32);
        bytes.writeBytes(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
        return this;
    }

    private EventMessage varint(int field, long value) {
        varint(((long) field << 3) | VARINT);
        varint(value);
        return this;
    }

    private EventMessage bytes(int field, byte[] value) {
        varint(((long) field << 3) | BYTES);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private byte[] toBytes() {
        return bytes.toByteArray();
    }
}
