package org.catalogtagger.training.fit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * The batches of each epoch: images gathered in random order, varied, normalized and mixed. Each is prepared on a thread
 * of its own while the network is busy with the one before.
 *
 * <p>All that is random follows from the seed, the epoch and the batch's number, so that an epoch can be repeated alone.
 */
final class BatchSource implements AutoCloseable {
    private final Recipe recipe;
    private final Normalization normalization;
    private final List<Image> images;
    private final float[] classWeights;
    private final long seed;
    private final Augmenter augmenter;
    private final TrainingBatch[] buffers = new TrainingBatch[2];
    private final int batchSize;
    private final byte[][] gathered;
    private final float[] row;
    private final float[] otherRow;
    private final float[] blended;
    private final ExecutorService preparer = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "batch-preparer");
        thread.setDaemon(true);
        return thread;
    });

    private List<Image> order = List.of();
    private int epoch;
    private int handedOut;
    private CompletableFuture<TrainingBatch> next = new CompletableFuture<>();

    /**
     * A source that is yet to be started.
     *
     * @param classWeights what each class counts in the loss
     */
    BatchSource(Recipe recipe, Normalization normalization, List<Image> images, float[] classWeights, long seed) {
        this.recipe = recipe;
        this.normalization = normalization;
        this.images = List.copyOf(images);
        this.classWeights = classWeights.clone();
        this.seed = seed;
        this.augmenter = new Augmenter(recipe.augmentation(), recipe.imageSize());
        int inputs = recipe.imageSize().samples();
        // Of more than there are no memory is taken.
        this.batchSize = Math.max(1, Math.min(recipe.batchSize(), images.size()));
        this.gathered = new byte[batchSize][inputs];
        this.row = new float[inputs];
        this.otherRow = new float[inputs];
        this.blended = new float[inputs];
        for (int i = 0; i < buffers.length; i++) {
            ImageBatch batch = new ImageBatch(normalization, inputs, batchSize);
            buffers[i] = new TrainingBatch(batch, batchSize, classWeights.length);
        }
    }

    int batchesPerEpoch() {
        return (usable() + batchSize - 1) / batchSize;
    }

    /**
     * Starts an epoch.
     *
     * @param number from 1
     */
    void start(int number) {
        epoch = number;
        order = new ArrayList<>(images);
        Collections.shuffle(order, new Random(mix(seed, number, 0)));
        handedOut = 0;
        next = prepare(0);
    }

    /** The next batch of the epoch, which may be used until the one after it is asked for. */
    TrainingBatch next() {
        TrainingBatch batch = next.join();
        handedOut++;
        if (handedOut < batchesPerEpoch()) {
            next = prepare(handedOut);
        }
        return batch;
    }

    private CompletableFuture<TrainingBatch> prepare(int index) {
        return CompletableFuture.supplyAsync(() -> fill(buffers[index % buffers.length], index), preparer);
    }

    private TrainingBatch fill(TrainingBatch batch, int index) {
        if (index == 0) {
            augmenter.start(new SplittableRandom(mix(seed, epoch, 0)), usable());
        }
        SplittableRandom random = new SplittableRandom(mix(seed, epoch, index + 1));
        int start = index * batchSize;
        List<Image> members = order.subList(start, Math.min(start + batchSize, usable()));
        for (int i = 0; i < members.size(); i++) {
            members.get(i).copyTo(gathered[i]);
            augmenter.vary(gathered[i], random);
        }
        batch.clear();
        // An image is mixed with the one as far from the other end. Two at a time, each is normalized once.
        for (int i = 0; 2 * i < members.size(); i++) {
            int other = members.size() - 1 - i;
            normalization.normalize(gathered[i], row);
            if (other == i) {
                add(batch, row, members.get(i), row, members.get(i), random);
            } else {
                normalization.normalize(gathered[other], otherRow);
                add(batch, row, members.get(i), otherRow, members.get(other), random);
                add(batch, otherRow, members.get(other), row, members.get(i), random);
            }
        }
        return batch;
    }

    private void add(
            TrainingBatch batch, float[] one, Image image, float[] two, Image mixedIn, SplittableRandom random) {
        double share = augmenter.mixWeight(random);
        batch.add(
                share < 1 ? blend(one, two, (float) share) : one,
                image.label(),
                mixedIn.label(),
                share,
                classWeights,
                recipe.labelSmoothing());
    }

    private float[] blend(float[] one, float[] other, float share) {
        for (int i = 0; i < blended.length; i++) {
            blended[i] = share * one[i] + (1 - share) * other[i];
        }
        return blended;
    }

    /** Batch norm has no variance to divide by in a last batch of one image, so that image waits for another epoch. */
    private int usable() {
        boolean lastIsAlone = images.size() > 1 && images.size() % batchSize == 1;
        return recipe.batchNorm() && lastIsAlone ? images.size() - 1 : images.size();
    }

    /** A seed for each batch of each epoch; SplittableRandom and Random scramble it further. */
    static long mix(long seed, int epoch, int batch) {
        return (seed * 1_000_003 + epoch) * 1_000_003 + batch;
    }

    @Override
    public void close() {
        preparer.shutdown();
        try {
            if (preparer.awaitTermination(1, TimeUnit.MINUTES)) {
                for (TrainingBatch buffer : buffers) {
                    buffer.images().close();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
