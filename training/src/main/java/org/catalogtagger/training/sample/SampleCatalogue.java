package org.catalogtagger.training.sample;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.catalogtagger.model.bundle.AtomicDirectory;

/** Draws product photographs of 60x80 pixels, the same for the same seed, in folders named by class. */
public final class SampleCatalogue {
    private static final int FIRST_PRODUCT_ID = 10_000;

    private SampleCatalogue() {}

    /**
     * Draws a catalogue into a folder, in the place of an earlier one.
     *
     * @param imagesPerClass images of each {@link ProductShape}
     * @return how many they are
     */
    public static int write(Path folder, int imagesPerClass, long seed) throws IOException {
        AtomicDirectory.replace(folder, temporary -> {
            int nextId = FIRST_PRODUCT_ID;
            for (ProductShape shape : ProductShape.values()) {
                int firstId = nextId;
                nextId += imagesPerClass;
                Path own = Files.createDirectory(temporary.resolve(shape.label()));
                IntStream.range(firstId, nextId).parallel().forEach(id -> draw(shape, own, id, seed));
            }
            return folder;
        });
        return imagesPerClass * ProductShape.values().length;
    }

    private static void draw(ProductShape shape, Path folder, int productId, long seed) {
        try {
            Files.write(folder.resolve(productId + ".jpg"), jpeg(shape, new Random(seed * 1_000_003 + productId)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One photograph of a product of a class, as a JPEG of 60x80 pixels. */
    public static byte[] jpeg(ProductShape shape, Random random) throws IOException {
        return encode(ProductShot.of(shape, random), 0.75f + 0.2f * random.nextFloat());
    }

    private static byte[] encode(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
