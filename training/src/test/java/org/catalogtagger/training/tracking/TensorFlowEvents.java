package org.catalogtagger.training.tracking;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is in an event file: TensorFlow's event.proto and summary.proto, those parts that TensorBoard needs here. */
final class TensorFlowEvents {
    private static final FileDescriptor PROTO = proto();

    private TensorFlowEvents() {}

    private static FileDescriptor proto() {
        DescriptorProto value = DescriptorProto.newBuilder()
                .setName("Value")
                .addField(field("tag", 1, FieldDescriptorProto.Type.TYPE_STRING))
                .addField(field("simple_value", 2, FieldDescriptorProto.Type.TYPE_FLOAT))
                .build();
        DescriptorProto summary = DescriptorProto.newBuilder()
                .setName("Summary")
                .addField(field("value", 1, FieldDescriptorProto.Type.TYPE_MESSAGE)
                        .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
                        .setTypeName("Value"))
                .build();
        DescriptorProto session = DescriptorProto.newBuilder()
                .setName("SessionLog")
                .addEnumType(EnumDescriptorProto.newBuilder()
                        .setName("SessionStatus")
                        .addValue(status("STATUS_UNSPECIFIED", 0))
                        .addValue(status("START", 1))
                        .addValue(status("STOP", 2)))
                .addField(
                        field("status", 1, FieldDescriptorProto.Type.TYPE_ENUM).setTypeName("SessionStatus"))
                .build();
        DescriptorProto event = DescriptorProto.newBuilder()
                .setName("Event")
                .addField(field("wall_time", 1, FieldDescriptorProto.Type.TYPE_DOUBLE))
                .addField(field("step", 2, FieldDescriptorProto.Type.TYPE_INT64))
                .addField(field("file_version", 3, FieldDescriptorProto.Type.TYPE_STRING))
                .addField(field("summary", 5, FieldDescriptorProto.Type.TYPE_MESSAGE)
                        .setTypeName("Summary"))
                .addField(field("session_log", 7, FieldDescriptorProto.Type.TYPE_MESSAGE)
                        .setTypeName("SessionLog"))
                .build();
        try {
            return FileDescriptor.buildFrom(
                    FileDescriptorProto.newBuilder()
                            .setName("event.proto")
                            .setSyntax("proto3")
                            .addMessageType(value)
                            .addMessageType(summary)
                            .addMessageType(session)
                            .addMessageType(event)
                            .build(),
                    new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder().setName(name).setNumber(number).setType(type);
    }

    private static EnumValueDescriptorProto status(String name, int number) {
        return EnumValueDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .build();
    }

    /** The events of a file whose checksums are right, and in which there is nothing that the definition does not know. */
    static List<DynamicMessage> read(Path file) throws IOException {
        List<DynamicMessage> events = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (in.available() > 0) {
                byte[] length = in.readNBytes(8);
                requireChecksum(length, in);
                byte[] record = in.readNBytes((int) Long.reverseBytes(toLong(length)));
                requireChecksum(record, in);
                DynamicMessage event = DynamicMessage.parseFrom(PROTO.findMessageTypeByName("Event"), record);
                if (!event.getUnknownFields().asMap().isEmpty()) {
                    throw new IOException("unknown fields: " + event);
                }
                events.add(event);
            }
        }
        return events;
    }

    private static void requireChecksum(byte[] bytes, DataInputStream in) throws IOException {
        byte[] four = in.readNBytes(4);
        if (four.length < 4) {
            throw new EOFException("a checksum is cut off");
        }
        int masked = (int) Long.reverseBytes(toLong(four) << 32);
        if (Integer.rotateLeft(masked - 0xa282ead8, 15) != crc32c(bytes)) {
            throw new IOException("a checksum is wrong");
        }
    }

    /** Bit by bit, with the reversed polynomial of Castagnoli. */
    private static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte one : bytes) {
            crc ^= one & 255;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        return ~crc;
    }

    private static long toLong(byte[] bytes) {
        long value = 0;
        for (byte one : bytes) {
            value = (value << 8) | (one & 255);
        }
        return value;
    }

    static double number(DynamicMessage event, String field) {
        return ((Number) get(event, field)).doubleValue();
    }

    static String text(DynamicMessage event, String field) {
        return (String) get(event, field);
    }

    static String sessionStatus(DynamicMessage event) {
        return ((EnumValueDescriptor) get((DynamicMessage) get(event, "session_log"), "status")).getName();
    }

    /** Figures by tag. */
    static Map<String, Float> scalars(DynamicMessage event) {
        Map<String, Float> scalars = new HashMap<>();
        for (Object value : (List<?>) get((DynamicMessage) get(event, "summary"), "value")) {
            scalars.put(text((DynamicMessage) value, "tag"), (Float) get((DynamicMessage) value, "simple_value"));
        }
        return scalars;
    }

    private static Object get(DynamicMessage message, String name) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
        return message.getField(field);
    }
}
