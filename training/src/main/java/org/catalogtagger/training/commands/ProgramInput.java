package org.catalogtagger.training.commands;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Program.Plane;

/**
 * What an imported program is given of a picture.
 *
 * @param size of it
 * @param normalization of its samples
 * @param planes what is made of each channel's
 */
record ProgramInput(ImageSize size, Normalization normalization, List<Plane> planes) {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})(?:x([13]))?");

    /** Of ImageNet's pictures, red, green and blue, 0 to 1, as torchvision documents them. */
    private static final List<Plane> IMAGENET =
            List.of(new Plane(0.485, 0.229), new Plane(0.456, 0.224), new Plane(0.406, 0.225));

    /**
     * As the options say it.
     *
     * @param input {@code WIDTHxHEIGHT}, or {@code WIDTHxHEIGHTxPLANES} with 1 or 3 planes
     * @param normalize {@code none}, {@code divide-by-255}, {@code imagenet}, or means and deviations of levels from 0 to 1:
     *     {@code 0.5/0.5}, {@code 0.4,0.5,0.6/0.2,0.2,0.3}
     * @throws CommandException if an option is none of these, or the two do not go together
     */
    static ProgramInput of(String input, String normalize) {
        Matcher matcher = SIZE.matcher(input);
        if (!matcher.matches()) {
            throw new CommandException(
                    "--input is WIDTHxHEIGHT or WIDTHxHEIGHTxPLANES, of 1 or 3 planes, not " + input);
        }
        int planes = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
        ImageSize size = new ImageSize(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), Colors.ofChannels(planes));
        if ((long) planes * size.width() * size.height() > ModelDescription.MAX_SAMPLES) {
            throw new CommandException(
                    "--input %s: more than %,d numbers an image".formatted(input, ModelDescription.MAX_SAMPLES));
        }
        List<Plane> asTheyAre = Collections.nCopies(planes, Plane.AS_IS);
        return switch (normalize) {
            case "none" -> new ProgramInput(size, new Normalization.None(), asTheyAre);
            case "divide-by-255" -> new ProgramInput(size, new Normalization.DivideBy255(), asTheyAre);
            case "imagenet" -> new ProgramInput(size, new Normalization.DivideBy255(), imagenet(planes));
            default -> new ProgramInput(size, new Normalization.DivideBy255(), given(normalize, planes));
        };
    }

    private static List<Plane> imagenet(int planes) {
        if (planes != IMAGENET.size()) {
            throw new CommandException("--normalize imagenet is of three planes: --input WIDTHxHEIGHTx3");
        }
        return IMAGENET;
    }

    private static List<Plane> given(String normalize, int planes) {
        String[] halves = normalize.split("/", -1);
        if (halves.length != 2) {
            throw notUnderstood(normalize);
        }
        List<Double> means = numbers(halves[0], normalize);
        List<Double> deviations = numbers(halves[1], normalize);
        if (means.size() == 1 && deviations.size() == 1) {
            means = Collections.nCopies(planes, means.get(0));
            deviations = Collections.nCopies(planes, deviations.get(0));
        }
        if (means.size() != planes || deviations.size() != planes) {
            throw new CommandException("--normalize %s: %d mean(s) and %d deviation(s) for %d plane(s)"
                    .formatted(normalize, means.size(), deviations.size(), planes));
        }
        List<Plane> all = new ArrayList<>();
        for (int i = 0; i < planes; i++) {
            try {
                all.add(new Plane(means.get(i), deviations.get(i)));
            } catch (IllegalArgumentException e) {
                throw new CommandException("--normalize %s: %s".formatted(normalize, e.getMessage()), e);
            }
        }
        return all;
    }

    private static List<Double> numbers(String half, String normalize) {
        try {
            return Arrays.stream(half.split(",", -1)).map(Double::valueOf).toList();
        } catch (NumberFormatException e) {
            throw notUnderstood(normalize);
        }
    }

    private static CommandException notUnderstood(String normalize) {
        return new CommandException(
                "--normalize is none, divide-by-255, imagenet, or means and deviations, 0.5/0.5 say, not " + normalize);
    }

    /** What of a picture goes where in it. */
    Framing framing(Framing.Fit fit) {
        return new Framing(size, fit);
    }
}
