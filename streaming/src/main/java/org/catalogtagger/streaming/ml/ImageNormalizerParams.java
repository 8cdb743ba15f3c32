package org.catalogtagger.streaming.ml;

import java.util.stream.Stream;
import org.apache.flink.ml.param.IntParam;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.param.ParamValidators;
import org.apache.flink.ml.param.StringParam;
import org.apache.flink.ml.param.WithParams;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.Framing;

/**
 * What an image normalizer can be told.
 *
 * @param <T> the stage
 */
public interface ImageNormalizerParams<T> extends WithParams<T> {
    /** The column of encoded images, {@code BYTES}. */
    Param<String> INPUT_COL =
            new StringParam("inputCol", "Column of encoded images.", "image", ParamValidators.notNull());

    /** The column of normalized images that is added, {@code ARRAY<FLOAT>} of {@code [channels * height * width]}. */
    Param<String> OUTPUT_COL =
            new StringParam("outputCol", "Column of normalized images.", "features", ParamValidators.notNull());

    /** What images are resized to, in pixels. */
    Param<Integer> WIDTH = new IntParam("width", "Width that images are resized to.", 60, ParamValidators.gt(0));

    /** What images are resized to, in pixels. */
    Param<Integer> HEIGHT = new IntParam("height", "Height that images are resized to.", 80, ParamValidators.gt(0));

    /** What is seen of colours. */
    Param<Integer> CHANNELS =
            new IntParam("channels", "1, gray levels, or 3, red, green and blue.", 1, ParamValidators.inArray(1, 3));

    /** How pictures of other sizes are brought to it. */
    Param<String> FRAMING = new StringParam(
            "framing",
            "How pictures are brought to it, as model.json has it: squash, fit or trim.",
            "squash",
            ParamValidators.inArray(Stream.of(Framing.Fit.values())
                    .map(fit -> Json.MAPPER.convertValue(fit, String.class))
                    .toArray(String[]::new)));

    /** The normalization with its constants, as {@code model.json} has it. */
    Param<String> NORMALIZATION = new StringParam(
            "normalization",
            "The normalization with its constants, as model.json has it.",
            "{\"kind\":\"none\"}",
            ParamValidators.notNull());

    /** What to do with an image that cannot be decoded. */
    Param<String> HANDLE_INVALID = new StringParam(
            "handleInvalid",
            "What to do with an image that cannot be decoded: error, skip its row, or keep it without features.",
            HandleInvalid.ERROR.word(),
            ParamValidators.inArray(HandleInvalid.ERROR.word(), HandleInvalid.SKIP.word(), HandleInvalid.KEEP.word()));

    default String getInputCol() {
        return get(INPUT_COL);
    }

    default T setInputCol(String value) {
        return set(INPUT_COL, value);
    }

    default String getOutputCol() {
        return get(OUTPUT_COL);
    }

    default T setOutputCol(String value) {
        return set(OUTPUT_COL, value);
    }

    default int getWidth() {
        return get(WIDTH);
    }

    default T setWidth(int value) {
        return set(WIDTH, value);
    }

    default int getHeight() {
        return get(HEIGHT);
    }

    default T setHeight(int value) {
        return set(HEIGHT, value);
    }

    default int getChannels() {
        return get(CHANNELS);
    }

    default T setChannels(int value) {
        return set(CHANNELS, value);
    }

    default String getFraming() {
        return get(FRAMING);
    }

    default T setFraming(String value) {
        return set(FRAMING, value);
    }

    default String getNormalization() {
        return get(NORMALIZATION);
    }

    default T setNormalization(String value) {
        return set(NORMALIZATION, value);
    }

    default String getHandleInvalid() {
        return get(HANDLE_INVALID);
    }

    default T setHandleInvalid(String value) {
        return set(HANDLE_INVALID, value);
    }
}
