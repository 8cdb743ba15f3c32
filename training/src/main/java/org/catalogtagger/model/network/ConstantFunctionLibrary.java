package org.catalogtagger.model.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A shared library of one function, {@code int name(void)}, that returns a constant: what {@code gcc -shared} makes of it,
 * for Linux on x86-64 and without a compiler. Layout by the ELF-64 Object File Format 1.5 and the System V ABI, AMD64
 * supplement: file header, three program headers, string table, symbol table, hash table, code, dynamic section.
 */
final class ConstantFunctionLibrary {
    private static final int FILE_HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int SYMBOL_BYTES = 24;
    private static final int PAGE = 0x1000;

    private static final short SHARED_OBJECT = 3;
    private static final short X86_64 = 62;
    private static final int VERSION = 1;

    private static final int LOADED = 1;
    private static final int DYNAMIC = 2;
    private static final int EXECUTABLE = 5;
    private static final int WRITABLE = 6;

    private static final byte GLOBAL_FUNCTION = 0x12;
    private static final byte MOV_EAX = (byte) 0xB8;
    private static final byte RET = (byte) 0xC3;
    private static final int CODE_BYTES = 6;

    private static final int DT_HASH = 4;
    private static final int DT_STRTAB = 5;
    private static final int DT_SYMTAB = 6;
    private static final int DT_STRSZ = 10;
    private static final int DT_SYMENT = 11;

    private final byte[] name;
    private final int strings = FILE_HEADER_BYTES + 3 * PROGRAM_HEADER_BYTES;
    private final int stringBytes;
    private final int symbols;
    private final int hash;
    private final int code;
    private final int dynamic;
    private final long[] dynamicSection;

    private ConstantFunctionLibrary(String function) {
        name = function.getBytes(StandardCharsets.US_ASCII);
        stringBytes = name.length + 2;
        symbols = aligned(strings + stringBytes);
        hash = symbols + 2 * SYMBOL_BYTES;
        code = aligned(hash + 5 * Integer.BYTES);
        dynamic = aligned(code + CODE_BYTES);
        dynamicSection = new long[] {
            DT_HASH, hash, DT_STRTAB, strings, DT_SYMTAB, symbols, DT_STRSZ, stringBytes, DT_SYMENT, SYMBOL_BYTES, 0, 0
        };
    }

    /**
     * The library's file.
     *
     * @param function its name, ASCII
     */
    static byte[] of(String function, int answer) {
        return new ConstantFunctionLibrary(function).write(answer);
    }

    private byte[] write(int answer) {
        int dynamicBytes = dynamicSection.length * Long.BYTES;
        ByteBuffer file = ByteBuffer.allocate(dynamic + dynamicBytes).order(ByteOrder.LITTLE_ENDIAN);
        putFileHeader(file);
        putProgramHeader(file, LOADED, EXECUTABLE, 0, 0, dynamic, PAGE);
        // On a page of its own: the dynamic linker relocates it in place.
        putProgramHeader(file, LOADED, WRITABLE, dynamic, dynamic + PAGE, dynamicBytes, PAGE);
        putProgramHeader(file, DYNAMIC, WRITABLE, dynamic, dynamic + PAGE, dynamicBytes, Long.BYTES);
        file.put((byte) 0).put(name).put((byte) 0);

        // The first symbol is empty. Of the second: name, kind, visibility, any section, address, size.
        file.position(symbols + SYMBOL_BYTES);
        file.putInt(1)
                .put(GLOBAL_FUNCTION)
                .put((byte) 0)
                .putShort((short) 1)
                .putLong(code)
                .putLong(CODE_BYTES);

        // One bucket, two links; the bucket begins with symbol 1, after which there is none.
        file.position(hash);
        file.putInt(1).putInt(2).putInt(1).putInt(0).putInt(0);

        file.position(code);
        file.put(MOV_EAX).putInt(answer).put(RET);

        file.position(dynamic);
        for (long word : dynamicSection) {
            file.putLong(word);
        }
        return file.array();
    }

    private static void putFileHeader(ByteBuffer file) {
        // 64 bits, little-endian, System V.
        file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, VERSION, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort(SHARED_OBJECT).putShort(X86_64).putInt(VERSION);
        // No entry point, program headers after this one, no section headers, no flags.
        file.putLong(0).putLong(FILE_HEADER_BYTES).putLong(0).putInt(0);
        file.putShort((short) FILE_HEADER_BYTES)
                .putShort((short) PROGRAM_HEADER_BYTES)
                .putShort((short) 3);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    }

    private static void putProgramHeader(
            ByteBuffer file, int type, int flags, long offset, long address, long bytes, long alignment) {
        file.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
        file.putLong(bytes).putLong(bytes).putLong(alignment);
    }

    private static int aligned(int offset) {
        return (offset + Long.BYTES - 1) & -Long.BYTES;
    }
}
