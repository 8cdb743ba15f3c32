package org.catalogtagger.training.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.StoredSize;
import org.catalogtagger.model.image.UnreadableImageException;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.inspect.Finding.Kind;

/** Finds pictures that are smaller than what a model sees, or far wider or higher than the others are. */
public final class StoredSizes {
    /** A picture that is turned by a quarter, of 60x80 say, is no more than 1.8 times as wide for its height. */
    private static final double ODD = 3;

    private record Stored(Image image, StoredSize size) {
        double proportion() {
            return (double) size.width() / size.height();
        }
    }

    private StoredSizes() {}

    /** Reads the files' headers. Of a file that is gone by now, or another, nothing is said. */
    public static List<Finding> findings(LabelledImages data) {
        List<Stored> all = data.images().parallelStream()
                .map(StoredSizes::stored)
                .flatMap(Optional::stream)
                .toList();
        double usual = all.stream()
                .mapToDouble(Stored::proportion)
                .sorted()
                .skip(all.size() / 2)
                .findFirst()
                .orElse(1);
        List<Finding> findings = new ArrayList<>();
        for (Stored one : all) {
            tiny(one, data).ifPresent(findings::add);
            oddlyShaped(one, usual, data).ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<Finding> tiny(Stored one, LabelledImages data) {
        ImageSize seen = data.size();
        double largest = Math.max(
                (double) one.size().width() / seen.width(), (double) one.size().height() / seen.height());
        return largest >= 1
                ? Optional.empty()
                : Optional.of(finding(
                        one,
                        Kind.TINY,
                        "%s, and is enlarged to %dx%d".formatted(one.size(), seen.width(), seen.height()),
                        1 - largest,
                        data));
    }

    private static Optional<Finding> oddlyShaped(Stored one, double usual, LabelledImages data) {
        double times = one.proportion() / usual;
        String detail = times > 1
                ? "%s, %.1f times as wide for its height as half of the images are"
                : "%s, %.1f times as high for its width as half of the images are";
        double odd = Math.max(times, 1 / times);
        return odd < ODD
                ? Optional.empty()
                : Optional.of(
                        finding(one, Kind.ODD_SHAPE, String.format(Locale.ROOT, detail, one.size(), odd), odd, data));
    }

    private static Finding finding(Stored one, Kind kind, String detail, double score, LabelledImages data) {
        String label = data.classes().get(one.image().label());
        return new Finding(one.image().entry().file(), label, kind, detail, score);
    }

    private static Optional<Stored> stored(Image image) {
        try {
            byte[] file = Files.readAllBytes(image.entry().file());
            return Optional.of(new Stored(image, StoredSize.of(file, ImageLimits.DEFAULT)));
        } catch (IOException | UnreadableImageException e) {
            // It could be decoded when the folder was loaded: somebody is at work there. What was found else is not
            // lost for that.
            return Optional.empty();
        }
    }
}
