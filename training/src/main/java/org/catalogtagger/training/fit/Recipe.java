package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Convolution;
import org.catalogtagger.model.network.Convolutions;
import org.catalogtagger.model.network.EnsembleArchitecture;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Logits;

/**
 * All settings of a training run, as a YAML file that users copy and edit. The built-in ones lie beside this class, as
 * {@code compact.yaml}, {@code convolutional.yaml}, {@code best.yaml} and {@code notebook.yaml}.
 *
 * @param input the size that images are brought to, and how
 * @param convolutions layers that see the image as an image, before the others; none if nothing is said: a multi-layer
 *     perceptron
 * @param hiddenLayers units of each linear layer between what comes before and the classes
 * @param dropout share of each linear layer's inputs, but for the image, dropped in training, 0 to less than 1
 * @param labelSmoothing share of each target spread over all classes, 0 to less than 1
 * @param classBalance how much rare classes count in the loss: each class is weighted by {@code (1 / its images)} to
 *     this power; 0 is not at all, 1 as much as any other class
 * @param logitAdjustment how much of each class' log frequency is added to its logit in training, so that rare classes
 *     are answered more often afterwards (Menon et al., 2021); 0 is none, 1 aims at equal recall
 * @param validationFraction share of each class' training images that is not fitted but classified after each epoch
 * @param patience after so many epochs without a better validation accuracy the run stops, and takes the weights of the
 *     best epoch; 0 runs all epochs and takes the last
 * @param members networks that are fitted one after the other, each from other starting weights, and then answer
 *     together: the model's logits are the mean of theirs
 * @param mirrorBelow images of whose class the model is less sure than so, 0 to 1, it sees mirrored left to right too, and its
 *     logits are the mean of both; 0 is none of them
 */
public record Recipe(
        @NotNull @Valid Input input,
        List<@NotNull Convolution> convolutions,
        @NotNull @Size(max = Architecture.MAX_LAYERS - 1)
                List<@NotNull @Positive @Max(Architecture.MAX_UNITS) Integer> hiddenLayers,
        @NotNull Activation activation,
        @NotNull Initialization initialization,
        @NotNull Boolean batchNorm,
        @NotNull @PositiveOrZero @DecimalMax(value = "1", inclusive = false, message = "must be less than {value}")
                Double dropout,
        @NotNull Normalization.Kind normalization,
        @NotNull @Valid OptimizerSettings optimizer,
        @NotNull LearningRateSchedule schedule,
        @NotNull @PositiveOrZero @DecimalMax(value = "1", inclusive = false, message = "must be less than {value}")
                Double labelSmoothing,
        @NotNull @PositiveOrZero @DecimalMax(value = "1", message = "must be at most {value}") Double classBalance,
        @NotNull @PositiveOrZero @DecimalMax(value = "1", message = "must be at most {value}") Double logitAdjustment,
        @NotNull @Positive Integer batchSize,
        @NotNull @Positive Integer epochs,
        @NotNull @Valid Augmentation augmentation,
        @NotNull @PositiveOrZero @DecimalMax(value = "1", inclusive = false, message = "must be less than {value}")
                Double validationFraction,
        @NotNull @PositiveOrZero Integer patience,
        @NotNull @Positive @Max(100) Integer members,
        @PositiveOrZero @DecimalMax(value = "1", message = "must be at most {value}") Double mirrorBelow) {

    public Recipe {
        convolutions = convolutions == null ? List.of() : convolutions;
        mirrorBelow = mirrorBelow == null ? 0 : mirrorBelow;
    }

    @AssertTrue(message = "the convolutions leave nothing of the input, or make too much of it")
    @JsonIgnore
    boolean isInputLargeEnough() {
        try {
            return input == null
                    || input.width() == null
                    || input.height() == null
                    || !input.isOfKnownChannels()
                    || convolutions.stream().anyMatch(Objects::isNull)
                    || seen().map(some -> some.features() > 0).orElse(true);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Optional<Convolutions> seen() {
        return convolutions.isEmpty()
                ? Optional.empty()
                : Optional.of(new Convolutions(input.channels(), input.height(), input.width(), convolutions));
    }

    @AssertTrue(message = "patience needs a validationFraction to judge by")
    @JsonIgnore
    boolean isPatienceJudged() {
        return patience == null || validationFraction == null || patience == 0 || validationFraction > 0;
    }

    @AssertTrue(message = "patience and several members exclude each other")
    @JsonIgnore
    boolean isPatienceOfOneMember() {
        return patience == null || members == null || patience == 0 || members == 1;
    }

    @AssertTrue(message = "batchNorm needs a batchSize of at least 2: one image has no variance")
    @JsonIgnore
    boolean isVarianceOfBatches() {
        return batchNorm == null || batchSize == null || !batchNorm || batchSize > 1;
    }

    /** The built-in recipes; the first is the default. */
    public static final List<String> BUILT_IN = List.of("compact", "best", "convolutional", "notebook");

    /**
     * What the network sees.
     *
     * @param width in pixels
     * @param height in pixels
     * @param channels 1, gray levels, or 3, red, green and blue; recipes that say nothing see gray levels
     * @param framing how pictures of other sizes are brought to it; recipes that say nothing squash
     */
    public record Input(
            @NotNull @Positive Integer width,
            @NotNull @Positive Integer height,
            Integer channels,
            Framing.Fit framing) {
        public Input {
            channels = channels == null ? 1 : channels;
            framing = framing == null ? Framing.Fit.SQUASH : framing;
        }

        @AssertTrue(message = "channels must be 1, gray levels, or 3, red, green and blue")
        @JsonIgnore
        boolean isOfKnownChannels() {
            return channels == 1 || channels == 3;
        }
    }

    /**
     * A recipe by the name of a built-in one, or from a file.
     *
     * @throws org.catalogtagger.cli.SettingsException if the file has faults
     */
    public static Recipe named(String nameOrFile) throws IOException {
        return settings(nameOrFile).as(Recipe.class);
    }

    /** The settings of a built-in recipe or a file, before they are checked, for others to be laid over them. */
    public static SettingsFile settings(String nameOrFile) throws IOException {
        return SettingsFile.named("recipe", nameOrFile, BUILT_IN, Recipe.class);
    }

    public ImageSize imageSize() {
        return new ImageSize(input.width(), input.height(), Colors.ofChannels(input.channels()));
    }

    /** How pictures become the network's input. */
    public Framing framing() {
        return new Framing(imageSize(), input.framing());
    }

    /** The model for so many classes: the network, or several of them. */
    public EnsembleArchitecture modelArchitecture(int classes) {
        return new EnsembleArchitecture(architecture(classes), members);
    }

    /**
     * The network that is fitted, for so many classes.
     *
     * @throws CommandException if a layer of it would be too large
     */
    public Architecture architecture(int classes) {
        List<Integer> sizes = new ArrayList<>();
        sizes.add(seen().map(Convolutions::features).orElse(imageSize().samples()));
        sizes.addAll(hiddenLayers);
        sizes.add(classes);
        try {
            return new Architecture(seen(), sizes, activation, batchNorm, dropout);
        } catch (IllegalArgumentException e) {
            throw new CommandException("no network of this recipe's hiddenLayers: " + e.getMessage(), e);
        }
    }

    /**
     * What answers as a model of this recipe does.
     *
     * @param manager parent of what classification allocates; not closed with the classifier
     * @param network of {@link #modelArchitecture}, or one that is not finished
     */
    public Classifier classifier(NDManager manager, Logits network, List<String> classes, Normalization normalization) {
        return new Classifier(manager, network, classes, normalization, imageSize(), mirrorBelow);
    }

    /**
     * The settings as JSON, for the provenance of a model, and to tell a run from another. Without {@link #mirrorBelow} where it is
     * 0: a run from before there was such a setting is still the same run.
     */
    public JsonNode toJson() {
        ObjectNode json = Json.MAPPER.valueToTree(this);
        if (mirrorBelow == 0) {
            json.remove("mirrorBelow");
        }
        return json;
    }
}
