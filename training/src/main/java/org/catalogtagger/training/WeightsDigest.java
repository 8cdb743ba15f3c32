package org.catalogtagger.training;

import java.io.OutputStream;
import java.util.Arrays;
import org.catalogtagger.model.bundle.Sha256;

/** The SHA-256 of what is written to it, which is kept nowhere. */
final class WeightsDigest extends OutputStream {
    /** DJL writes an array in one go, and those of hundreds of megabytes are not to be there twice. */
    private static final int CHUNK = 1 << 20;

    private final Sha256 sha256 = new Sha256();

    @Override
    public void write(int value) {
        Sha256 unused = sha256.update(new byte[] {(byte) value});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        for (int from = offset; from < offset + length; from += CHUNK) {
            Sha256 unused = sha256.update(Arrays.copyOfRange(bytes, from, Math.min(from + CHUNK, offset + length)));
        }
    }

    String hex() {
        return sha256.hex();
    }
}
