package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Computations.Computation;
import org.catalogtagger.model.network.Mlp;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Evaluation;

/** Fits a network to images by a recipe. */
public final class MlpFit {
    private final Recipe recipe;
    private final Normalization normalization;
    private final List<String> classes;
    private final long seed;
    private final FitListener listener;
    private final Optional<Checkpoint> checkpoint;

    /**
     * A fit that is yet to run.
     *
     * @param seed of the initialization, the order of the images, their variation and the dropout
     * @param checkpoint where its state is kept while it runs; if there is one, the fit goes on from it
     */
    public MlpFit(
            Recipe recipe,
            Normalization normalization,
            List<String> classes,
            long seed,
            FitListener listener,
            Optional<Checkpoint> checkpoint) {
        this.recipe = recipe;
        this.normalization = normalization;
        this.classes = List.copyOf(classes);
        this.seed = seed;
        this.listener = listener;
        this.checkpoint = checkpoint;
    }

    /**
     * A network that has been fitted.
     *
     * @param history all epochs that ran
     * @param epoch the one that the weights are of
     * @param validation what became of the images that are kept for validation, if there are any
     */
    public record Fitted(Mlp network, List<EpochResult> history, int epoch, Optional<ConfusionMatrix> validation) {
        public Fitted {
            history = List.copyOf(history);
        }
    }

    /**
     * Runs the epochs.
     *
     * @param validation what each epoch is judged by, may be empty
     * @param manager owns the network that is returned, on its device
     * @throws DivergenceException if the loss becomes infinite or NaN
     * @throws IOException if the checkpoint cannot be written or read
     */
    public Fitted fit(List<Image> images, List<Image> validation, NDManager manager) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            List<EpochResult> history = new ArrayList<>();
            List<NDList> finished = new ArrayList<>();
            Optional<Checkpoint> unfinished = checkpoint.filter(Checkpoint::exists);
            if (unfinished.isPresent()) {
                history.addAll(unfinished.get().readState().history());
            }
            int first = Math.max(0, (history.size() - 1) / recipe.epochs());
            for (int member = 0; member < recipe.members(); member++) {
                PyTorch.engine().setRandomSeed((int) BatchSource.mix(seed, 0, member));
                Mlp network = Mlp.untrained(recipe.architecture(classes.size()), recipe.initialization(), manager);
                if (member < first) {
                    finished.add(named(member, network));
                    continue;
                }
                try (Run run = new Run(member, network, finished, history, images, validation, scope)) {
                    if (unfinished.isPresent() && member == first) {
                        run.resume(unfinished.get());
                    }
                    while (!run.isDone()) {
                        run.epoch();
                    }
                    if (recipe.members() == 1) {
                        return run.fitted();
                    }
                }
                finished.add(named(member, network));
            }
            Mlp union = Mlp.withWeights(
                    recipe.modelArchitecture(classes.size()),
                    NetworkUnion.weights(recipe.architecture(classes.size()), finished, manager),
                    manager);
            return new Fitted(union, history, history.size(), validated(union, validation, manager));
        }
    }

    private Optional<ConfusionMatrix> validated(Mlp network, List<Image> validation, NDManager manager) {
        if (validation.isEmpty()) {
            return Optional.empty();
        }
        try (Classifier classifier = new Classifier(manager, network, classes, normalization, recipe.imageSize())) {
            return Optional.of(Evaluation.of(classifier, validation, done -> {}).confusion());
        }
    }

    /** A member's weights, named apart from those of the others. */
    private static NDList named(int member, Mlp network) {
        NDList weights = network.weights();
        weights.forEach(array -> array.setName("member" + member + "." + array.getName()));
        return weights;
    }

    /** The state of a fit while it runs. */
    private final class Run implements AutoCloseable {
        private final int member;
        private final Mlp network;
        private final List<NDList> finished;
        private final List<Image> validation;
        private final NDManager manager;
        private final Optimizer optimizer;
        private final BatchSource batches;
        private final TrainingStep step;
        private final List<EpochResult> history;
        private final NDList best = new NDList();
        private int bestEpoch;

        Run(
                int member,
                Mlp network,
                List<NDList> finished,
                List<EpochResult> history,
                List<Image> images,
                List<Image> validation,
                NDManager manager) {
            this.member = member;
            this.network = network;
            this.finished = finished;
            this.history = history;
            this.validation = validation;
            this.manager = manager;
            ClassFrequencies frequencies = new ClassFrequencies(images, classes.size());
            this.optimizer = Optimizer.of(recipe.optimizer(), trainable(network), manager);
            this.batches =
                    new BatchSource(recipe, normalization, images, frequencies.weights(recipe.classBalance()), seed);
            this.step =
                    new TrainingStep(network, optimizer, frequencies.logitShifts(recipe.logitAdjustment()), manager);
            if (recipe.patience() > 0) {
                network.weights().forEach(array -> {
                    NDArray copy = array.duplicate();
                    copy.setName("best." + array.getName());
                    best.add(copy);
                });
                best.attach(manager);
            }
        }

        void resume(Checkpoint from) throws IOException {
            from.readArrays(arrays(), manager);
            bestEpoch = from.readState().bestEpoch();
        }

        boolean isDone() {
            boolean hopeless = recipe.patience() > 0 && history.size() - bestEpoch >= recipe.patience();
            return history.size() >= (member + 1) * recipe.epochs() || hopeless;
        }

        void epoch() throws IOException {
            int epoch = history.size() + 1;
            // Each epoch has a seed of its own, so that one that is repeated after an interruption is the same again.
            PyTorch.engine().setRandomSeed((int) BatchSource.mix(seed, epoch, 0));
            batches.start(epoch);
            EpochProgress progress =
                    new EpochProgress(epoch, batches.batchesPerEpoch(), recipe.epochs() * recipe.members(), listener);
            long steps = (long) batches.batchesPerEpoch() * recipe.epochs();
            for (int i = 0; i < batches.batchesPerEpoch(); i++) {
                TrainingBatch batch = batches.next();
                long number = (long) (history.size() - member * recipe.epochs()) * batches.batchesPerEpoch() + i + 1;
                double rate = recipe.schedule().at(recipe.optimizer().learningRate(), number, steps);
                progress.add(step.take(batch, rate, number), batch.size());
            }
            EpochResult result = progress.result(validated(network, validation, manager));
            history.add(result);
            keepIfBest(result);
            listener.onEpoch(result, recipe.epochs() * recipe.members());
            if (checkpoint.isPresent() && (checkpoint.get().isDue() || isDone())) {
                try (Computation computation = PyTorch.computations().begin()) {
                    checkpoint.get().save(history, bestEpoch, arrays());
                }
            }
        }

        private void keepIfBest(EpochResult result) {
            if (recipe.patience() == 0) {
                return;
            }
            double accuracy = result.validationAccuracy().orElseThrow();
            double soFar = bestEpoch == 0
                    ? -1
                    : history.get(bestEpoch - 1).validationAccuracy().orElseThrow();
            if (accuracy > soFar) {
                bestEpoch = result.epoch();
                NDList weights = network.weights();
                for (int i = 0; i < best.size(); i++) {
                    ArrayCopy.copy(weights.get(i), best.get(i));
                }
            }
        }

        Fitted fitted() {
            if (bestEpoch > 0 && bestEpoch < history.size()) {
                NDList weights = network.weights();
                for (int i = 0; i < best.size(); i++) {
                    ArrayCopy.copy(best.get(i), weights.get(i));
                }
            }
            return new Fitted(
                    network,
                    history,
                    bestEpoch > 0 ? bestEpoch : history.size(),
                    validated(network, validation, manager));
        }

        /** All that the next epoch depends on. */
        private NDList arrays() {
            NDList arrays = new NDList(network.weights());
            arrays.addAll(optimizer.state());
            arrays.addAll(best);
            finished.forEach(arrays::addAll);
            return arrays;
        }

        @Override
        public void close() {
            batches.close();
        }
    }

    private static NDList trainable(Mlp network) {
        NDList weights = network.weights();
        NDList trainable = new NDList();
        for (Parameter parameter : network.trainable()) {
            weights.stream().filter(array -> array == parameter.getArray()).forEach(trainable::add);
        }
        return trainable;
    }
}
