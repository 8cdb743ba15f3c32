package org.catalogtagger.training.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** Pictures as the {@code src} of an {@code img}, so that a page needs no other file. */
public final class Pictures {
    private Pictures() {}

    /** A PNG. */
    public static String png(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    /** An image as the model sees it: gray, and of its input's size. */
    static String of(Image image, ImageSize size) throws IOException {
        BufferedImage picture = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, size.width(), size.height(), image.pixels());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", out);
        return png(out.toByteArray());
    }
}
