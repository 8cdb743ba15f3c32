package org.catalogtagger.streaming.bundles;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.catalogtagger.model.bundle.BundleException;

/** Where a bundle lies, taken apart once. */
public sealed interface BundleAddress {
    /** A directory that this machine has. */
    record Here(Path directory) implements BundleAddress {
        @Override
        public String toString() {
            return directory.toString();
        }
    }

    /**
     * What a file system of Flink's reaches.
     *
     * @param uri absolute, of a scheme other than {@code file}, without a slash at its end
     */
    record Elsewhere(URI uri) implements BundleAddress {
        @Override
        public String toString() {
            return uri.toString();
        }
    }

    /** One letter is no scheme but a drive. */
    Pattern URI_FORM = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/.*", Pattern.DOTALL);

    /**
     * The place that a text names.
     *
     * @param pathOrUri {@code my-model}, {@code file:///models/my-model}, {@code s3://bucket/my-model}
     * @throws BundleException if no bundle can lie there, or it would tell others a password
     */
    static BundleAddress of(String pathOrUri) {
        try {
            return URI_FORM.matcher(pathOrUri).matches() ? of(new URI(pathOrUri)) : new Here(Path.of(pathOrUri));
        } catch (URISyntaxException e) {
            throw new BundleException("no URI of a model bundle: " + e.getReason(), e);
        } catch (InvalidPathException e) {
            throw new BundleException("no path of a model bundle: " + e.getMessage(), e);
        }
    }

    private static BundleAddress of(URI uri) throws URISyntaxException {
        if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
            throw new BundleException(
                    "a bundle's URI is kept in topics and must hold no user's name or password; Flink's settings hold them");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new BundleException("a bundle's URI has no query or fragment");
        }
        if ("file".equalsIgnoreCase(uri.getScheme())) {
            try {
                return new Here(Path.of(uri));
            } catch (IllegalArgumentException | FileSystemNotFoundException e) {
                throw new BundleException("no directory can be named %s: %s".formatted(uri, e.getMessage()), e);
            }
        }
        return new Elsewhere(new URI(uri.toString().replaceAll("/+$", "")));
    }
}
