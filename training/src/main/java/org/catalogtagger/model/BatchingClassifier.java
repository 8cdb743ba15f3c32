package org.catalogtagger.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.catalogtagger.model.image.ImageDecoder;

/**
 * Classifies what comes in one by one in batches, on a thread of its own: while one batch is in the model the next
 * gathers, so that a batch is as large as the backlog, and an image that comes alone does not wait.
 *
 * <p>Whoever asks limits how much may wait, as Flink's asynchronous operators do.
 */
public final class BatchingClassifier implements AutoCloseable {
    private record Request(Consumer<ImageBatch> image, CompletableFuture<Prediction> answer) {}

    private final Classifier classifier;
    private final ImageBatch batch;
    private final int maxBatch;
    private final BlockingQueue<Request> waiting = new LinkedBlockingQueue<>();
    private final Thread worker = new Thread(this::work, "batching-classifier");

    /**
     * Starts the thread.
     *
     * @param classifier stays the caller's
     * @param maxBatch see {@link ImageBatch#capacity}
     */
    public BatchingClassifier(Classifier classifier, int maxBatch) {
        this.classifier = classifier;
        this.maxBatch = ImageBatch.capacity(maxBatch, classifier.size());
        this.batch = classifier.newBatch(this.maxBatch);
        worker.setDaemon(true);
        worker.start();
    }

    /** What the model makes of an image, once it has; samples as {@link ImageDecoder} gives them. */
    public CompletableFuture<Prediction> classify(byte[] pixels) {
        return classify(batch -> batch.add(pixels));
    }

    /** What the model makes of an image that is normalized already. */
    public CompletableFuture<Prediction> classifyNormalized(float[] image) {
        return classify(batch -> batch.addNormalized(image));
    }

    private CompletableFuture<Prediction> classify(Consumer<ImageBatch> image) {
        Request request = new Request(image, new CompletableFuture<>());
        waiting.add(request);
        return request.answer();
    }

    private void work() {
        List<Request> members = new ArrayList<>(maxBatch);
        try {
            while (true) {
                members.add(waiting.take());
                waiting.drainTo(members, maxBatch - 1);
                answer(members);
                members.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(List<Request> members) {
        try {
            batch.clear();
            members.forEach(request -> request.image().accept(batch));
            List<Prediction> predictions = classifier.classify(batch);
            for (int i = 0; i < members.size(); i++) {
                members.get(i).answer().complete(predictions.get(i));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            members.forEach(request -> request.answer().completeExceptionally(e));
        }
    }

    /** Stops after the batch that is in the model; what still waits is cancelled. */
    @Override
    public void close() throws InterruptedException {
        worker.interrupt();
        worker.join();
        batch.close();
        List<Request> unanswered = new ArrayList<>();
        waiting.drainTo(unanswered);
        unanswered.forEach(request -> request.answer().completeExceptionally(new CancellationException("closed")));
    }
}
