package org.catalogtagger.streaming.bench;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.UnreadableImageException;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The job that one would write first: a map with a one-image predictor, between the same topics. */
final class OneByOneJob {
    private OneByOneJob() {}

    static void assemble(StreamExecutionEnvironment env, StreamSettings settings) {
        TaggingJob ends = new KafkaTopics(settings).job();
        env.fromSource(ends.images(), WatermarkStrategy.noWatermarks(), "images")
                .map(new Classify(settings.model().bundle()))
                .returns(TaggedImage.class)
                .sinkTo(ends.tags());
    }

    private static final class Classify extends RichMapFunction<InputRecord, TaggedImage> {
        private static final long serialVersionUID = 1;

        private final String bundle;
        private transient ImageDecoder decoder;
        private transient Model model;
        private transient Predictor<byte[], Prediction> predictor;

        Classify(String bundle) {
            this.bundle = bundle;
        }

        @Override
        public void open(OpenContext context) {
            ModelBundle opened = ModelBundle.open(Path.of(bundle));
            NDManager manager = PyTorch.newManager();
            decoder = new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT);
            model = Model.newInstance("mlp", "PyTorch");
            model.setBlock(Network.untrained(
                            opened.description().architecture().orElseThrow(), Initialization.TORCH_DEFAULT, manager)
                    .block());
            predictor = model.newPredictor(new OneImage(opened.description().classes()));
        }

        @Override
        public TaggedImage map(InputRecord event) throws TranslateException, UnreadableImageException {
            Prediction prediction = predictor.predict(decoder.decode(Objects.requireNonNull(event.value())));
            return new TaggedImage(
                    new String(Objects.requireNonNull(event.key()), StandardCharsets.UTF_8),
                    prediction.top(3),
                    prediction.probability(prediction.best()),
                    0,
                    Float.NaN,
                    "naive",
                    event.timestamp(),
                    System.currentTimeMillis(),
                    0,
                    event.headers());
        }
    }

    private record OneImage(List<String> classes) implements Translator<byte[], Prediction> {
        @Override
        public NDList processInput(TranslatorContext context, byte[] pixels) {
            float[] levels = new float[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                levels[i] = (pixels[i] & 0xFF) / 255f;
            }
            return new NDList(context.getNDManager().create(levels, new Shape(levels.length)));
        }

        @Override
        public Prediction processOutput(TranslatorContext context, NDList list) {
            NDArray logits = list.singletonOrThrow();
            return new Prediction(classes, logits.softmax(0).toFloatArray());
        }

        @Override
        public Batchifier getBatchifier() {
            return Batchifier.STACK;
        }
    }
}
