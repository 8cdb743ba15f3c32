package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {
    /** As Pillow reads it; of the last two the header is damaged. */
    @ParameterizedTest
    @CsvSource({
        "M, 0x002A, false",
        "I, 0x002A, false",
        "M, 0x2A00, false",
        "I, 0x2A00, false",
        "M, 0x042A, true",
        "I, 0x002C, true"
    })
    void readsTheTagOfATiffAlone(char order, String magic, boolean upright) {
        ByteBuffer exif = ByteBuffer.allocate(26).order(order == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        exif.put((byte) order).put((byte) order).putShort(Short.decode(magic)).putInt(8);
        exif.putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 6);
        assertThat(Orientation.ofExif(exif.array()) == Orientation.UPRIGHT).isEqualTo(upright);
    }
}
