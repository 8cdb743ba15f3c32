package org.catalogtagger.streaming.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Optional;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.image.UnreadableImageException;
import org.jspecify.annotations.Nullable;

/** Decodes and normalizes one image after the other, as a stage's parameters say. Not thread-safe. */
final class ImageToFeatures {
    private final ImageDecoder decoder;
    private final Normalization normalization;
    private final HandleInvalid handleInvalid;

    ImageToFeatures(ImageNormalizerParams<?> params) {
        ImageSize size = new ImageSize(params.getWidth(), params.getHeight(), Colors.ofChannels(params.getChannels()));
        Framing.Fit fit = Json.MAPPER.convertValue(params.getFraming(), Framing.Fit.class);
        decoder = new ImageDecoder(new Framing(size, fit), ImageLimits.DEFAULT);
        normalization = normalization(params.getNormalization());
        handleInvalid = HandleInvalid.of(params.getHandleInvalid());
        if (!normalization.fits(size.samples())) {
            throw new IllegalArgumentException("the normalization's constants are not one for each sample of " + size);
        }
    }

    private static Normalization normalization(String json) {
        try {
            return Json.MAPPER.readValue(json, Normalization.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("normalization: " + Json.faultOf(e), e);
        }
    }

    boolean skipsInvalid() {
        return handleInvalid == HandleInvalid.SKIP;
    }

    /**
     * The inputs of a network.
     *
     * @return empty if the image cannot be decoded
     * @throws IllegalArgumentException if it cannot be decoded and that is an error
     */
    Optional<float[]> of(byte @Nullable [] encoded) {
        try {
            byte[] pixels = decoder.decode(encoded == null ? new byte[0] : encoded);
            float[] features = new float[pixels.length];
            normalization.normalize(pixels, features);
            return Optional.of(features);
        } catch (UnreadableImageException e) {
            if (handleInvalid == HandleInvalid.ERROR) {
                throw new IllegalArgumentException(
                        "an image is %s: %s; handleInvalid can skip or keep such rows"
                                .formatted(e.reason().code(), e.getMessage()),
                        e);
            }
            return Optional.empty();
        }
    }
}
