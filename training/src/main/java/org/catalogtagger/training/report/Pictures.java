package org.catalogtagger.training.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.ImageFormat;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** Pictures as the {@code src} of an {@code img}, so that a page needs no other file. */
public final class Pictures {
    /** Bytes of a file that is put on a page as it is. */
    private static final long SMALL = 40_000;

    private Pictures() {}

    /** A PNG. */
    public static String png(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    /** An image as its file has it, if that is small and a browser shows it, else as the model sees it. */
    public static String asItIs(Image image, ImageSize size) throws IOException {
        Path file = image.entry().file();
        byte[] bytes;
        try {
            bytes = Files.size(file) > SMALL ? new byte[0] : Files.readAllBytes(file);
        } catch (IOException e) {
            // It is gone by now; what was decoded is not, and a page of hours of work is not lost for one picture.
            bytes = new byte[0];
        }
        Optional<ImageFormat> format = ImageFormat.of(bytes).filter(found -> found != ImageFormat.TIFF);
        return format.isEmpty()
                ? of(image, size)
                : "data:image/%s;base64,%s"
                        .formatted(
                                format.get().name().toLowerCase(Locale.ROOT),
                                Base64.getEncoder().encodeToString(bytes));
    }

    /** An image as the model sees it: of its input's size, and gray if it is. */
    static String of(Image image, ImageSize size) throws IOException {
        BufferedImage picture = new BufferedImage(
                size.width(),
                size.height(),
                size.colors() == Colors.GRAY ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        byte[] samples = image.pixels();
        int[] band = new int[size.pixels()];
        for (int channel = 0; channel < size.colors().channels(); channel++) {
            for (int i = 0; i < band.length; i++) {
                band[i] = samples[channel * band.length + i] & 0xFF;
            }
            picture.getRaster().setSamples(0, 0, size.width(), size.height(), channel, band);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", out);
        return png(out.toByteArray());
    }
}
