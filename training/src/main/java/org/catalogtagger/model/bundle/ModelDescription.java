package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.EnsembleArchitecture;
import org.catalogtagger.model.network.Program;

/**
 * What {@code model.json} of a bundle says: all that is needed to rebuild the model around its weights, where it comes
 * from and how well it did.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param modelVersion the name that every tag of this model carries, see {@link Names}
 * @param architecture the network, or each of several, unless it is a program
 * @param program what the network is, if somebody else has made it
 * @param members how many networks answer together, the mean of their logits; see {@link EnsembleArchitecture}
 * @param mirrorBelow images of whose class the model is less sure than so, 0 to 1, it sees mirrored left to right too, and
 *     answers by the mean of both logits; 0 is none of them, as in bundles that say nothing
 * @param input what an image is brought to, and how
 * @param normalization with its constants
 * @param classes the labels, in the order of the outputs, each different, in Unicode's form C; see {@link Names}
 * @param provenance how the weights came to be
 * @param testMetrics on the held-out part
 */
public record ModelDescription(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) String modelVersion,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Architecture> architecture,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Program> program,
        @JsonProperty(required = true) int members,
        Double mirrorBelow,
        @JsonProperty(required = true) Input input,
        @JsonProperty(required = true) Normalization normalization,
        @JsonProperty(required = true) List<String> classes,
        @JsonProperty(required = true) Provenance provenance,
        @JsonProperty(required = true) TestMetrics testMetrics) {

    /** The version of the bundle's layout that this code writes and reads. */
    public static final int FORMAT_VERSION = 1;

    /** A confusion matrix of as many classes takes 134 MB. */
    public static final int MAX_CLASSES = 4096;

    /** Of a program's input. */
    public static final int MAX_SAMPLES = 1 << 22;

    private static final double ROUNDING = 1e-3;

    public ModelDescription {
        Names.require("modelVersion", modelVersion);
        Names.requirePresent("classes", classes).forEach(label -> Names.require("a class", label));
        classes = classes.stream().map(ImageNames::composed).toList();
        architecture = architecture == null ? Optional.empty() : architecture;
        program = program == null ? Optional.empty() : program;
        mirrorBelow = mirrorBelow == null ? 0 : mirrorBelow;
        requireShare("mirrorBelow", mirrorBelow);
        Names.requirePresent("input", input);
        requireNetwork(architecture, program, members, input, classes.size());
        Names.requirePresent("provenance", provenance);
        Names.requirePresent("testMetrics", testMetrics);
        if (formatVersion != FORMAT_VERSION) {
            throw new IllegalArgumentException("format version %d, not %d".formatted(formatVersion, FORMAT_VERSION));
        }
        if (new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException("a class is named twice");
        }
        if (!Names.requirePresent("normalization", normalization)
                .fits(input.size().samples())) {
            throw new IllegalArgumentException(
                    "the normalization's constants are not one for each sample of " + input.size());
        }
    }

    private static void requireNetwork(
            Optional<Architecture> architecture, Optional<Program> program, int members, Input input, int classes) {
        if (architecture.isPresent() == program.isPresent()) {
            throw new IllegalArgumentException(
                    program.isPresent() ? "both an architecture and a program" : "architecture is null or missing");
        }
        int outputs = architecture
                .map(each -> new EnsembleArchitecture(each, members).member().outputs())
                .orElse(classes);
        if (classes != outputs || classes < 1 || classes > MAX_CLASSES) {
            throw new IllegalArgumentException(
                    "%d classes but the last layer has %d units, and at most %,d are allowed; was the bundle edited?"
                            .formatted(classes, outputs, MAX_CLASSES));
        }
        long samples = (long) input.channels() * input.width() * input.height();
        long inputs = architecture.map(each -> (long) each.inputs()).orElse(Math.min(samples, MAX_SAMPLES));
        if (program.isPresent() && program.get().planes().size() != input.channels()) {
            throw new IllegalArgumentException(
                    "a program that is given %d plane(s) of an input of %d channel(s); import it again"
                            .formatted(program.get().planes().size(), input.channels()));
        }
        boolean isSeenOtherwise = architecture
                .flatMap(Architecture::convolutions)
                .filter(seen -> seen.channels() != input.channels()
                        || seen.height() != input.height()
                        || seen.width() != input.width())
                .isPresent();
        if (isSeenOtherwise || samples != inputs || (program.isPresent() && members != 1)) {
            throw new IllegalArgumentException(
                    "input %dx%d with %d channel(s) does not fill the first layer's %d inputs"
                            .formatted(input.width(), input.height(), input.channels(), inputs));
        }
    }

    /** The networks that answer together, unless a program does. */
    @JsonIgnore
    public Optional<EnsembleArchitecture> ensemble() {
        return architecture.map(each -> new EnsembleArchitecture(each, members));
    }

    private static void requireShare(String what, double share) {
        if (!(share >= 0 && share <= 1 + ROUNDING)) {
            throw new IllegalArgumentException("%s must be from 0 to 1, not %s".formatted(what, share));
        }
    }

    /**
     * The model's input.
     *
     * @param width in pixels
     * @param height in pixels
     * @param channels 1, gray levels, or 3, red, green and blue
     * @param fit what of a picture goes where in it, written as {@code framing}; all of it, squashed, in bundles that
     *     were written before there was a choice
     */
    public record Input(
            @JsonProperty(required = true) int width,
            @JsonProperty(required = true) int height,
            @JsonProperty(required = true) int channels,
            @JsonProperty("framing") Framing.Fit fit) {
        public Input {
            fit = fit == null ? Framing.Fit.SQUASH : fit;
            Colors unused = Colors.ofChannels(channels);
        }

        public Input(Framing framing) {
            this(
                    framing.size().width(),
                    framing.size().height(),
                    framing.size().colors().channels(),
                    framing.fit());
        }

        /** How a picture becomes the input. */
        @JsonIgnore
        public Framing framing() {
            return new Framing(size(), fit);
        }

        @JsonIgnore
        public ImageSize size() {
            return new ImageSize(width, height, Colors.ofChannels(channels));
        }
    }

    /**
     * Where the weights come from.
     *
     * @param dataDigest SHA-256 over the names and bytes of all readable images of the folder
     * @param trainImages images that were fitted
     * @param testImages images that were held out
     * @param testFraction their share, 0 to 1
     * @param groupBy which images stayed on one side: {@code duplicates}, {@code none} or a manifest's column
     * @param splitBy the manifest's column that said which were held out, if one did
     * @param seed of the split, the initialization and the order of the images
     * @param recipe the settings, as they were read
     * @param libraries name and version of what computed it, and {@code arithmetic}, what its last bits depend on
     * @param weightsSha256 of {@code weights.safetensors} or {@code program.pt}
     */
    public record Provenance(
            Instant createdAt,
            @JsonProperty(required = true) String dataDigest,
            int trainImages,
            int testImages,
            @JsonProperty(required = true) double testFraction,
            @JsonProperty(required = true) String groupBy,
            Optional<String> splitBy,
            @JsonProperty(required = true) long seed,
            JsonNode recipe,
            Map<String, String> libraries,
            @JsonProperty(required = true) String weightsSha256) {
        public Provenance {
            Names.requirePresent("dataDigest", dataDigest);
            Names.requirePresent("weightsSha256", weightsSha256);
            requireShare("testFraction", testFraction);
            Names.requirePresent("groupBy", groupBy);
        }

        /** Whether some of the images with a digest were fitted; of a program they were but tested. */
        public boolean hasFitted(String digest) {
            return trainImages > 0 && dataDigest.equals(digest);
        }
    }

    /**
     * Fractions, 0 to 1, on the held-out images.
     *
     * @param calibration {@link Calibration#UNKNOWN} in bundles that were written before it was kept
     * @param brightness of the images as the network sees them; likewise
     * @param familiarity of the images; likewise
     */
    public record TestMetrics(
            double accuracy,
            double macroRecall,
            long images,
            Calibration calibration,
            Brightness brightness,
            Familiarity familiarity) {
        public TestMetrics {
            requireShare("accuracy", accuracy);
            requireShare("macroRecall", macroRecall);
            calibration = calibration == null ? Calibration.UNKNOWN : calibration;
            brightness = brightness == null ? Brightness.UNKNOWN : brightness;
            familiarity = familiarity == null ? Familiarity.UNKNOWN : familiarity;
        }
    }
}
