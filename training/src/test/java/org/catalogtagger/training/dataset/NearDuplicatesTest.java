package org.catalogtagger.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearDuplicatesTest {
    private static final ImageSize SIZE = new ImageSize(30, 40);

    @TempDir
    private Path folder;

    /** A scene of a few soft blobs, unlike any other seed's. */
    private static byte[] scene(long seed) {
        Random random = new Random(seed);
        double[][] blobs = IntStream.range(0, 6)
                .mapToObj(i -> new double[] {
                    random.nextDouble() * SIZE.width(), random.nextDouble() * SIZE.height(), 3 + 6 * random.nextDouble()
                })
                .toArray(double[][]::new);
        byte[] levels = new byte[SIZE.pixels()];
        for (int i = 0; i < levels.length; i++) {
            double level = 255;
            for (double[] blob : blobs) {
                double distance = Math.hypot(i % SIZE.width() - blob[0], Math.floorDiv(i, SIZE.width()) - blob[1]);
                level -= 90 * Math.exp(-distance * distance / (blob[2] * blob[2]));
            }
            levels[i] = (byte) Math.max(0, level);
        }
        return levels;
    }

    @Test
    void findsCopiesAndWhatIsNearlyOne() throws Exception {
        List<byte[]> pictures = new ArrayList<>();
        for (int seed = 0; seed < 200; seed++) {
            pictures.add(scene(seed));
        }
        pictures.add(scene(7));
        pictures.add(savedAgain(scene(8), 0.5f));
        pictures.add(brighter(scene(9), 3));
        List<Pair> pairs = NearDuplicates.among(images(pictures));
        assertThat(pairs)
                .extracting(pair -> pair.one().index(), pair -> pair.other().index(), Pair::exact)
                .containsExactlyInAnyOrder(tuple(7, 200, true), tuple(8, 201, false), tuple(9, 202, false));
    }

    /** It comes first, and both are nearly it. */
    @Test
    void aCopyIsOneThoughAnotherImageIsNearlyBoth() throws Exception {
        List<byte[]> pictures = List.of(brighter(scene(9), 3), scene(9), scene(9));
        assertThat(NearDuplicates.among(images(pictures)))
                .extracting(pair -> pair.one().index(), pair -> pair.other().index(), Pair::exact)
                .containsExactlyInAnyOrder(tuple(1, 2, true), tuple(0, 1, false));
    }

    /** Whoever takes away what repeats an image of another class is not to take those of the right one. */
    @Test
    void whatIsAlikeInItsOwnClassIsPairedThere() throws Exception {
        List<Image> pictures = images(List.of(brighter(scene(9), 3), scene(9), brighter(scene(9), 1)));
        List<Image> labelled = List.of(
                pictures.get(0).withLabel(1),
                pictures.get(1).withLabel(0),
                pictures.get(2).withLabel(0));
        assertThat(NearDuplicates.among(labelled))
                .extracting(pair -> pair.one().index(), pair -> pair.other().index())
                .containsExactly(tuple(1, 2), tuple(0, 1));
    }

    /** So that models of any input hold out the same images. */
    @Test
    void whatAModelSeesOfThemMakesNoDifference() throws Exception {
        SampleCatalogue.write(folder.resolve("images"), 6, 3);
        Path first = folder.resolve("images/Shirts/0.jpg");
        try (Stream<Path> shirts = Files.list(first.getParent())) {
            first = shirts.sorted().findFirst().orElseThrow();
        }
        Files.copy(first, first.resolveSibling("again.jpg"));
        List<Set<Path>> heldOut = new ArrayList<>();
        for (Framing framing : List.of(
                NearDuplicates.FORM,
                Framing.squash(ImageSize.NOTEBOOK),
                new Framing(new ImageSize(12, 16, Colors.RGB), Framing.Fit.TRIM))) {
            LabelledImages data = LabelledImages.load(
                    ImageFolder.scan(folder.resolve("images")),
                    framing,
                    ImageLimits.DEFAULT,
                    0,
                    folder.resolve("cache"),
                    done -> {});
            assertThat(data.images().get(0).pixels()).hasSize(framing.size().samples());
            SplitSettings.Divided divided = new SplitSettings(0.2, 1).divide(data);
            assertThat(divided.notes()).singleElement().asString().startsWith("1 image(s) repeat others, 1 exactly");
            heldOut.add(divided.split().test().stream()
                    .map(image -> image.entry().file())
                    .collect(Collectors.toSet()));
        }
        assertThat(heldOut).containsOnly(heldOut.get(0));
    }

    /** In another colour of the same gray, say. */
    @Test
    void exactCopiesAreThoseOfAllBytes() throws IOException {
        List<Image> images = images(List.of(scene(1), scene(1), scene(1)));
        Files.write(images.get(2).entry().file(), new byte[] {1});
        assertThat(NearDuplicates.among(images))
                .extracting(pair -> pair.other().index(), Pair::exact)
                .containsExactlyInAnyOrder(tuple(1, true), tuple(2, false));
    }

    @Test
    void whatOnlyLooksAlikeIsNoCopy() throws IOException {
        byte[] darker = scene(1);
        for (int i = 0; i < darker.length; i++) {
            darker[i] = (byte) ((darker[i] & 0xFF) * 3 / 4);
        }
        List<Image> images = images(List.of(scene(1), darker));
        PerceptualHash hash = new PerceptualHash(SIZE);
        assertThat(Long.bitCount(hash.of(scene(1)) ^ hash.of(darker)))
                .as("bits between the hashes")
                .isLessThanOrEqualTo(3);
        assertThat(NearDuplicates.among(images)).isEmpty();
    }

    @Test
    void aChainOfCopiesIsOneGroup() throws IOException {
        List<byte[]> pictures =
                IntStream.range(0, 5).mapToObj(i -> brighter(scene(1), 3 * i)).toList();
        List<Image> images = images(pictures);
        List<Pair> pairs = NearDuplicates.among(images);
        assertThat(pairs).hasSize(4);
        ImageGroups groups = new ImageGroups(images);
        pairs.forEach(pair -> groups.join(pair.one(), pair.other()));
        assertThat(images).extracting(groups::of).containsOnly(0);
    }

    @Test
    void duplicatesStayOnOneSideOfTheSplit() throws IOException {
        LabelledImages all = SmallRun.images(folder);
        List<Image> twice = new ArrayList<>(all.images());
        List<byte[]> pictures =
                new ArrayList<>(all.images().stream().map(Image::pixels).toList());
        pictures.addAll(List.copyOf(pictures));
        PackedImages packed = PackedImages.of(pictures, all.size());
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            Image original = twice.get(i % twice.size());
            images.add(new Image(original.entry(), original.label(), packed, i));
        }
        LabelledImages doubled = all.with(all.classes(), images);
        SplitSettings.Divided divided = new SplitSettings(0.2, 1).divide(doubled);
        int half = twice.size();
        assertThat(divided.split().test())
                .extracting(image -> image.index() % half)
                .doesNotContainAnyElementsOf(divided.split().train().stream()
                        .map(image -> image.index() % half)
                        .toList());
        assertThat(divided.notes())
                .singleElement()
                .asString()
                .contains("320 exactly", "of 128 test images would have a twin in training");

        SplitSettings alone = new SplitSettings(0.2, 1, SplitSettings.NONE, Optional.empty());
        assertThat(alone.divide(doubled).notes()).isEmpty();
    }

    private List<Image> images(List<byte[]> pictures) throws IOException {
        PackedImages packed = PackedImages.of(pictures, SIZE);
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            Path file = Files.write(folder.resolve(i + ".jpg"), pictures.get(i));
            images.add(new Image(new ImageFolder.Entry(file, 0, "" + i), 0, packed, i));
        }
        return images;
    }

    private static byte[] brighter(byte[] levels, int by) {
        byte[] brighter = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            brighter[i] = (byte) Math.min(255, (levels[i] & 0xFF) + by);
        }
        return brighter;
    }

    private static byte[] savedAgain(byte[] levels, float quality) throws Exception {
        BufferedImage picture = new BufferedImage(SIZE.width(), SIZE.height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, SIZE.width(), SIZE.height(), levels);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(quality);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.setOutput(ImageIO.createImageOutputStream(out));
        writer.write(null, new IIOImage(picture, null, null), settings);
        writer.dispose();
        return new ImageDecoder(Framing.squash(SIZE), ImageLimits.DEFAULT).decode(out.toByteArray());
    }
}
