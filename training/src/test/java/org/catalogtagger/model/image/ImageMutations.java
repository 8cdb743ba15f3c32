package org.catalogtagger.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** What happens to files on their way: in transfer, on disks, in programs that write them wrongly. */
enum ImageMutations {
    AS_IT_IS {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            return file;
        }
    },
    BIT_FLIPS {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            byte[] changed = file.clone();
            for (int i = random.nextInt(5); i >= 0; i--) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return changed;
        }
    },
    BYTES_CHANGED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            byte[] changed = file.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = anyByte(random);
            }
            return changed;
        }
    },
    HEADER_CHANGED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            byte[] changed = file.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(Math.min(changed.length, 640))] = anyByte(random);
            }
            return changed;
        }
    },
    BLOCK_OVERWRITTEN {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            byte[] changed = file.clone();
            int from = random.nextInt(changed.length);
            int to = Math.min(changed.length, from + 1 + random.nextInt(300));
            boolean zeros = random.nextBoolean();
            for (int i = from; i < to; i++) {
                changed[i] = zeros ? 0 : (byte) random.nextInt(256);
            }
            return changed;
        }
    },
    CUT_OFF {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            return Arrays.copyOf(file, cut(file, random));
        }
    },
    CUT_OFF_AND_ENDED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            return joined(
                    Arrays.copyOf(file, cut(file, random)),
                    Arrays.copyOfRange(file, file.length - end(file), file.length));
        }
    },
    TRAILING_RUBBISH {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            return joined(file, random.nextBoolean() ? other : noise(random, 1 + random.nextInt(500)));
        }
    },
    RANGE_REMOVED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            int from = random.nextInt(file.length);
            int to = Math.min(file.length, from + 1 + random.nextInt(100));
            return joined(Arrays.copyOf(file, from), Arrays.copyOfRange(file, to, file.length));
        }
    },
    RANGE_INSERTED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            int at = random.nextInt(file.length);
            int from = random.nextInt(file.length);
            byte[] inserted = random.nextBoolean()
                    ? noise(random, 1 + random.nextInt(50))
                    : Arrays.copyOfRange(file, from, Math.min(file.length, from + 1 + random.nextInt(100)));
            return joined(Arrays.copyOf(file, at), inserted, Arrays.copyOfRange(file, at, file.length));
        }
    },
    SPLICED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            return joined(
                    Arrays.copyOf(file, cut(file, random)),
                    Arrays.copyOfRange(other, random.nextInt(other.length), other.length));
        }
    },
    PARTS_REMOVED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            List<byte[]> parts = parts(file);
            parts.remove(random.nextInt(parts.size()));
            return joined(parts);
        }
    },
    PARTS_DUPLICATED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            List<byte[]> parts = parts(file);
            byte[] part = parts.get(random.nextInt(parts.size()));
            parts.add(random.nextInt(parts.size()), part);
            return joined(parts);
        }
    },
    PARTS_SWAPPED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            List<byte[]> parts = parts(file);
            Collections.swap(parts, random.nextInt(parts.size()), random.nextInt(parts.size()));
            return joined(parts);
        }
    },
    PARTS_OF_ANOTHER {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            List<byte[]> parts = parts(file);
            List<byte[]> others = parts(other);
            parts.set(random.nextInt(parts.size()), others.get(random.nextInt(others.size())));
            return joined(parts);
        }
    },
    /** A part's content is changed, and its checksum with it where it has one. */
    PART_CHANGED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            List<byte[]> parts = parts(file);

            int index = parts.size() == 1 ? 0 : random.nextInt(parts.size());
            byte[] part = parts.get(index).clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                part[random.nextInt(part.length)] = anyByte(random);
            }
            if (isPng(file) && part.length >= 12) {
                CRC32 crc = new CRC32();
                crc.update(part, 4, part.length - 8);
                ByteBuffer.wrap(part).putInt(part.length - 4, (int) crc.getValue());
            }
            parts.set(index, part);
            return joined(parts);
        }
    },
    MARKER_INSERTED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            List<byte[]> parts = parts(file);
            byte[] marker = {(byte) 0xFF, (byte) (1 + random.nextInt(254)), 0, (byte) random.nextInt(9)};
            parts.add(1 + random.nextInt(parts.size()), Arrays.copyOf(marker, 2 + random.nextInt(3)));
            return joined(parts);
        }
    },
    TURNED {
        @Override
        byte[] apply(byte[] file, byte[] other, Random random) {
            if (isPng(file)) {
                byte[] chunk = joined(new byte[] {0, 0, 0, 26, 'e', 'X', 'I', 'f'}, exif(random), new byte[4]);
                CRC32 crc = new CRC32();
                crc.update(chunk, 4, 30);
                ByteBuffer.wrap(chunk).putInt(34, (int) crc.getValue());
                return joined(Arrays.copyOf(file, 33), chunk, Arrays.copyOfRange(file, 33, file.length));
            }
            byte[] segment =
                    joined(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0}, exif(random));
            return joined(Arrays.copyOf(file, 2), segment, Arrays.copyOfRange(file, 2, file.length));
        }
    };

    /** Changes a file of any format; another file lends it parts. */
    abstract byte[] apply(byte[] file, byte[] other, Random random);

    /** One tag, of values that are and are not orientations, sometimes of another type or count. */
    private static byte[] exif(Random random) {
        int type = random.nextInt(4) == 0 ? random.nextInt(15) : 3;
        int count = random.nextInt(6) == 0 ? random.nextInt(4) : 1;
        return ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, (byte) type, 0, 0, 0, (byte) count})
                .putShort((short) random.nextInt(10))
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    private static byte anyByte(Random random) {
        return (byte) (random.nextInt(4) == 0 ? 0xFF : random.nextInt(256));
    }

    private static int cut(byte[] file, Random random) {
        return random.nextInt(4) == 0
                ? Math.max(1, file.length - 1 - random.nextInt(20))
                : 1 + random.nextInt(file.length);
    }

    private static int end(byte[] file) {
        return isPng(file) ? 12 : isJpeg(file) ? 2 : 1;
    }

    private static byte[] noise(Random random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static boolean isJpeg(byte[] file) {
        return (file[0] & 0xFF) == 0xFF;
    }

    private static boolean isPng(byte[] file) {
        return (file[0] & 0xFF) == 0x89;
    }

    /** A JPEG's segments, a PNG's chunks, and of what else there is stretches of some bytes. */
    private static List<byte[]> parts(byte[] file) {
        List<byte[]> parts = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int at = 0;
        while (at < file.length) {
            int length = 16 + file.length / 12;
            if (isPng(file) && at + 8 <= file.length) {
                length = at == 0 ? 8 : 12 + bytes.getInt(at);
            } else if (isJpeg(file) && at + 4 <= file.length && (file[at] & 0xFF) == 0xFF) {
                length = at == 0 ? 2 : 2 + (bytes.getShort(at + 2) & 0xFFFF);
            }
            parts.add(Arrays.copyOfRange(file, at, Math.min(file.length, at + length)));
            at += length;
        }
        return parts;
    }

    private static byte[] joined(List<byte[]> parts) {
        return joined(parts.toArray(byte[][]::new));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
