package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One of a bundle's JSON files, as it was read. Fields that this version does not know are passed over: a later one may
 * add some without another format version.
 *
 * @param sha256 of the bytes that the value was read from
 */
record BundleJson<T>(T value, String sha256) {
    /** Two constants, of at most 17 characters with what is between them, for each of the most inputs, and some more. */
    static final long MAX_MODEL_BYTES = 64 << 20;

    private static final ObjectReader READER = Json.MAPPER
            .reader()
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());

    private record Format(@JsonProperty(required = true) int formatVersion) {}

    /**
     * Reads the description of a model.
     *
     * @throws BundleException naming the file and what is wrong
     */
    static BundleJson<ModelDescription> model(Path file) {
        byte[] bytes = BundleFile.read(file, MAX_MODEL_BYTES);
        // By itself and first: what else a later format says may not be understood.
        int version = parse(file, bytes, Format.class).formatVersion();
        if (version != ModelDescription.FORMAT_VERSION) {
            throw new BundleException(
                    "%1$s: format version %2$d, but this Catalog Tagger reads version %3$d; use a release that reads %2$d"
                            .formatted(file, version, ModelDescription.FORMAT_VERSION));
        }
        return new BundleJson<>(
                parse(file, bytes, ModelDescription.class),
                new Sha256().update(bytes).hex());
    }

    /**
     * Reads a test's confusion matrix.
     *
     * @param classes of the model: they bound what the file can need
     * @throws BundleException naming the file and what is wrong
     */
    static BundleJson<ConfusionMatrix> evaluation(Path file, int classes) {
        byte[] bytes = BundleFile.read(file, maxEvaluationBytes(classes));
        return new BundleJson<>(
                parse(file, bytes, ConfusionMatrix.class),
                new Sha256().update(bytes).hex());
    }

    /** What the confusion matrix of so many classes can need. */
    static long maxEvaluationBytes(int classes) {
        return (1 << 20) + 4096L * classes + 32L * classes * classes;
    }

    private static <T> T parse(Path file, byte[] bytes, Class<T> type) {
        try {
            T value = READER.forType(type).readValue(bytes);
            return Names.requirePresent("the whole", value);
        } catch (JsonProcessingException e) {
            throw new BundleException(file + ": " + Json.faultOf(e), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new BundleException(file + ": " + e.getMessage(), e);
        }
    }
}
