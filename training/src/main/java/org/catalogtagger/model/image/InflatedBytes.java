package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What zlib decompresses of data in several parts, no more of it than is asked for. */
final class InflatedBytes implements ByteSource {
    private final Inflater inflater = new Inflater();
    private final Iterator<ByteBuffer> parts;
    private final byte[] one = new byte[1];

    InflatedBytes(List<ByteBuffer> parts) {
        this.parts = parts.iterator();
    }

    int read() throws UnreadableImageException {
        readFully(one);
        return one[0] & 0xFF;
    }

    @Override
    public void readFully(byte[] into) throws UnreadableImageException {
        int done = 0;
        while (done < into.length) {
            int count = inflate(into, done);
            if (count == 0) {
                if (inflater.finished() || inflater.needsDictionary() || !parts.hasNext()) {
                    throw corrupt("cut off: its data end before its last row");
                }
                inflater.setInput(parts.next());
            }
            done += count;
        }
    }

    private int inflate(byte[] into, int done) throws UnreadableImageException {
        try {
            return inflater.inflate(into, done, into.length - done);
        } catch (DataFormatException e) {
            throw new UnreadableImageException(
                    UnreadableImageException.Reason.CORRUPT, "damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkEnd(long surplus) throws UnreadableImageException {
        byte[] unused = new byte[(int) Math.min(surplus + 1, 8192)];
        long more = 0;
        while (!inflater.finished()) {
            int count = inflate(unused, 0);
            more += count;
            if (more > surplus) {
                throw corrupt("damaged: it holds more data than rows");
            }
            if (count == 0 && !inflater.finished()) {
                if (!parts.hasNext()) {
                    throw corrupt("cut off: its data end without a checksum");
                }
                inflater.setInput(parts.next());
            }
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
