package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as 64 hexadecimal digits. */
public final class Sha256 {
    private final MessageDigest digest;

    /** The digest of nothing yet. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The digest of a file. */
    public static String of(Path file) throws IOException {
        Sha256 sha256 = new Sha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.digest.update(buffer, 0, read);
            }
        }
        return sha256.hex();
    }

    /** Takes in more bytes. */
    public Sha256 update(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Takes in the first so many bytes of an array. */
    Sha256 update(byte[] bytes, int count) {
        digest.update(bytes, 0, count);
        return this;
    }

    /** A stream that takes in what is read through it. */
    public InputStream through(InputStream in) {
        return new DigestInputStream(in, digest);
    }

    /** The digest of what was taken in; afterwards it is the digest of nothing again. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
