package org.catalogtagger.streaming.publish;

import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.streaming.publish.DriftScenario.Phase;
import org.jspecify.annotations.Nullable;

/** Draws a scenario's events from labelled images: at random, of all or of one part after the other, one image as often as it comes. */
public final class DriftReplay {
    private static final int MOST_TRIES = 10_000;

    /** By the number of images in those before. */
    private final NavigableMap<Long, List<Entry>> parts = new TreeMap<>();

    private final long all;
    private final long events;
    private final List<String> classes;
    private final SplittableRandom random;
    private long drawn;

    /**
     * An event of a product of its own.
     *
     * @param label the truth
     * @param source the image that it was made of
     */
    public record Event(String productId, byte[] image, String label, Entry source) {}

    /**
     * A replay.
     *
     * @param parts one of which gives events after the other as the scenario goes on, each for the share of them that it has of the images
     * @param classes the labels by class index
     * @throws CommandException if the scenario speaks of a class that has no images
     */
    public DriftReplay(DriftScenario scenario, List<List<Entry>> parts, List<String> classes) {
        long before = 0;
        for (List<Entry> part : parts) {
            this.parts.put(before, List.copyOf(part));
            before += part.size();
        }
        this.all = before;
        this.events = scenario.events();
        this.classes = List.copyOf(classes);
        this.random = new SplittableRandom(scenario.seed());
        for (Phase phase : scenario.phases()) {
            phase.labels().filter(label -> !classes.contains(label)).findFirst().ifPresent(unknown -> {
                throw new CommandException("the scenario speaks of the class '%s', but there are only %s"
                        .formatted(unknown, String.join(", ", classes)));
            });
        }
    }

    /**
     * The next event.
     *
     * @throws IOException if an image cannot be read
     */
    public Event next(Phase phase) throws IOException {
        Entry drawnImage = draw(phase.mix());
        String label = classes.get(drawnImage.classIndex());
        byte[] bytes = Files.readAllBytes(drawnImage.file());
        boolean negative = phase.look() != null
                && phase.look().label().equals(label)
                && random.nextDouble() < phase.look().share();
        if (negative) {
            bytes = rescaled(drawnImage, bytes, -1, 255);
        }
        if (phase.brightness() != null) {
            bytes = rescaled(drawnImage, bytes, phase.brightness().floatValue(), 0);
        }
        if (phase.relabel() != null
                && phase.relabel().label().equals(label)
                && random.nextDouble() < phase.relabel().share()) {
            label = phase.relabel().as();
        }
        drawn++;
        return new Event(drawnImage.productId() + "-" + drawn, bytes, label, drawnImage);
    }

    /** By rejection: a class that comes more often than the others leaves those that many times as often undrawn. */
    private Entry draw(DriftScenario.@Nullable Mix mix) {
        List<Entry> images =
                parts.floorEntry(Math.min(drawn, events - 1) * all / events).getValue();
        for (int tries = 1; ; tries++) {
            Entry image = images.get(random.nextInt(images.size()));
            if (mix == null) {
                return image;
            }
            boolean favoured = classes.get(image.classIndex()).equals(mix.label());
            double accepted = favoured ? Math.min(1, mix.times()) : Math.min(1, 1 / mix.times());
            // A part may have images of the rarest class alone.
            if (random.nextDouble() < accepted || tries >= MOST_TRIES) {
                return image;
            }
        }
    }

    private static byte[] rescaled(Entry entry, byte[] encoded, float factor, float offset) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
        if (image == null) {
            throw new IOException(entry.file() + " is no image that can be changed");
        }
        BufferedImage plain = new BufferedImage(
                image.getWidth(),
                image.getHeight(),
                image.getRaster().getNumBands() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        plain.createGraphics().drawImage(image, 0, 0, null);
        float[] factors = new float[plain.getRaster().getNumBands()];
        float[] offsets = new float[factors.length];
        Arrays.fill(factors, factor);
        Arrays.fill(offsets, offset);
        BufferedImage changed = new RescaleOp(factors, offsets, null).filter(plain, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(changed, "jpg", out)) {
            throw new IOException(entry.file() + " cannot be written as JPEG");
        }
        return out.toByteArray();
    }
}
