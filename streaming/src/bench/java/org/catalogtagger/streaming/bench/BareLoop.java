package org.catalogtagger.streaming.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.UnreadableImageException;

/**
 * Classifying from memory with nothing around it: what no job can pass.
 *
 * @param threads with a batch each; their forward passes share the processors
 * @param decodes whether each batch is of images that are decoded for it, or always the same one
 */
record BareLoop(int threads, int batchSize, boolean decodes) {
    /** Images a second over so many seconds, after a third of them to warm up. */
    double imagesPerSecond(BenchImages images, Path bundle, double seconds) throws InterruptedException {
        Framing framing = ModelBundle.open(bundle).description().input().framing();
        try (Classifier classifier = Classifier.load(bundle)) {
            run(images, framing, classifier, seconds / 3);
            return run(images, framing, classifier, seconds);
        }
    }

    private double run(BenchImages images, Framing framing, Classifier classifier, double seconds)
            throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> workers = new ArrayList<>();
        List<ImageBatch> batches = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            ImageBatch batch = classifier.newBatch(batchSize);
            batches.add(batch);
            int first = t * images.encoded().size() / threads;
            workers.add(new Thread(() -> work(images, framing, first, batch, classifier, end, done)));
        }
        workers.forEach(Thread::start);
        for (Thread worker : workers) {
            worker.join();
        }
        batches.forEach(ImageBatch::close);
        return done.get() / ((System.nanoTime() - start) / 1e9);
    }

    private void work(
            BenchImages images,
            Framing framing,
            int first,
            ImageBatch batch,
            Classifier classifier,
            long end,
            AtomicLong done) {
        ImageDecoder decoder = new ImageDecoder(framing, ImageLimits.DEFAULT);
        int next = first;
        try {
            while (System.nanoTime() < end) {
                if (decodes) {
                    batch.clear();
                }
                while (!batch.isFull()) {
                    batch.add(decoder.decode(
                            images.encoded().get(next++ % images.encoded().size())));
                }
                int classified = classifier.classify(batch).size();
                done.addAndGet(classified);
            }
        } catch (UnreadableImageException e) {
            throw new IllegalStateException(e);
        }
    }
}
