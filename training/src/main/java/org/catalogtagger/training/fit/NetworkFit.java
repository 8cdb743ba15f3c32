package org.catalogtagger.training.fit;

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
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.EnsembleArchitecture;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Evaluation;

/** Fits a network, or several that are to answer together, to images by a recipe. */
public final class NetworkFit {
    /** So many times the loss of a network that has learned nothing, or its own least one, ruins a state. */
    private static final double HOPELESS = 10;

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
    public NetworkFit(
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
     * A network that has been fitted, or several.
     *
     * @param history all epochs that ran
     * @param epoch the one that the weights are of
     * @param validation what became of the images that are kept for validation, if there are any
     */
    public record Fitted(Ensemble network, List<EpochResult> history, int epoch, Optional<ConfusionMatrix> validation) {
        public Fitted {
            history = List.copyOf(history);
        }
    }

    /**
     * Runs the epochs of each member.
     *
     * @param validation what each epoch is judged by, may be empty
     * @param manager owns the network that is returned, on its device
     * @throws DivergenceException if the loss, or a weight, becomes infinite or NaN
     * @throws IOException if the checkpoint cannot be written or read
     */
    public Fitted fit(List<Image> images, List<Image> validation, NDManager manager) throws IOException {
        Optional<Checkpoint> unfinished = checkpoint.filter(Checkpoint::exists);
        Checkpoint.State state = unfinished.isPresent() ? unfinished.get().readState() : Checkpoint.State.NOTHING;
        List<EpochResult> history = new ArrayList<>(state.history());
        List<Network> members = new ArrayList<>();
        int epoch = 0;
        try (NDManager scope = manager.newSubManager()) {
            while (members.size() < recipe.members()) {
                PyTorch.engine().setRandomSeed((int) BatchSource.mix(seed, 0, members.size()));
                Network network =
                        Network.untrained(recipe.architecture(classes.size()), recipe.initialization(), manager);
                if (members.size() >= state.progress().member()) {
                    try (Member member = new Member(network, members, history, images, validation, scope)) {
                        boolean isResumed = unfinished.isPresent()
                                && members.size() == state.progress().member();
                        if (isResumed) {
                            member.resume(unfinished.get(), state);
                        }
                        epoch = isResumed && state.isMemberFinished() ? member.result() : member.run();
                    }
                }
                members.add(network);
            }
        }
        Ensemble network = new Ensemble(members);
        return new Fitted(network, history, epoch, validated(network, validation, manager));
    }

    private Optional<ConfusionMatrix> validated(Ensemble network, List<Image> validation, NDManager manager) {
        if (validation.isEmpty()) {
            return Optional.empty();
        }
        try (Classifier classifier = recipe.classifier(manager, network, classes, normalization)) {
            return Optional.of(Evaluation.of(classifier, validation, done -> {}).confusion());
        }
    }

    /** One network of the ensemble, while it is fitted. */
    private final class Member implements AutoCloseable {
        private final Network network;
        private final List<Network> finished;
        private final List<EpochResult> history;
        private final List<Image> validation;
        private final NDManager manager;
        private final Optimizer optimizer;
        private final BatchSource batches;
        private final TrainingStep step;
        private final Optional<BestWeights> best;

        /** Epochs of the others. */
        private int earlier;

        /** Epochs that the optimizer remembers nothing of. */
        private int forgotten;

        Member(
                Network network,
                List<Network> finished,
                List<EpochResult> history,
                List<Image> images,
                List<Image> validation,
                NDManager manager) {
            this.network = network;
            this.finished = finished;
            this.history = history;
            this.validation = validation;
            this.manager = manager;
            this.earlier = history.size();
            this.forgotten = earlier;
            ClassFrequencies frequencies = new ClassFrequencies(images, classes.size());
            this.optimizer = Optimizer.of(recipe.optimizer(), trainable(network), manager);
            this.batches =
                    new BatchSource(recipe, normalization, images, frequencies.weights(recipe.classBalance()), seed);
            this.step =
                    new TrainingStep(network, optimizer, frequencies.logitShifts(recipe.logitAdjustment()), manager);
            this.best = recipe.patience() > 0 ? Optional.of(new BestWeights(network, manager)) : Optional.empty();
        }

        void resume(Checkpoint from, Checkpoint.State state) throws IOException {
            boolean remembers = from.readArrays(arraysButTheOptimizers(), optimizer.state(), manager);
            earlier = history.size() - state.progress().memberEpochs();
            forgotten = history.size() - (remembers ? state.progress().optimizerEpochs() : 0);
            if (state.progress().bestEpoch() > 0) {
                best.ifPresent(
                        weights -> weights.know(history.get(state.progress().bestEpoch() - 1)));
            }
        }

        /** Fits it, and returns the epoch that its weights are of. */
        int run() throws IOException {
            while (!isDone()) {
                epoch();
            }
            return result();
        }

        /** As it is, and the epoch that its weights are of. */
        int result() {
            best.ifPresent(BestWeights::restore);
            return best.map(BestWeights::epoch).orElse(history.size());
        }

        private boolean isDone() {
            boolean hopeless = best.isPresent() && history.size() - best.get().epoch() >= recipe.patience();
            return history.size() - earlier >= recipe.epochs() || hopeless;
        }

        private void epoch() throws IOException {
            int epoch = history.size() + 1;
            // Each epoch has a seed of its own, so that one that is repeated after an interruption is the same again.
            PyTorch.engine().setRandomSeed((int) BatchSource.mix(seed, epoch, 0));
            batches.start(epoch);
            int perEpoch = batches.batchesPerEpoch();
            int planned = earlier + recipe.epochs() * (recipe.members() - finished.size());
            EpochProgress progress = new EpochProgress(epoch, perEpoch, planned, listener);
            for (int i = 1; i <= perEpoch; i++) {
                TrainingBatch batch = batches.next();
                double rate = recipe.schedule()
                        .at(
                                recipe.optimizer().learningRate(),
                                (long) (history.size() - earlier) * perEpoch + i,
                                (long) recipe.epochs() * perEpoch);
                long number = (long) (history.size() - forgotten) * perEpoch + i;
                TrainingStep.Result taken = step.take(batch, new Optimizer.Step(rate, number));
                if (!taken.finite()) {
                    throw DivergenceException.of(taken, history, i);
                }
                progress.add(taken, batch.size());
            }
            EpochResult result = progress.result(validated(Ensemble.of(network), validation, manager));
            boolean sound = isSound(Math.max(result.loss(), progress.lastLoss()));
            history.add(result);
            best.ifPresent(weights -> weights.offer(result));
            listener.onEpoch(result, planned);
            if (sound && checkpoint.isPresent() && (checkpoint.get().isDue() || isDone())) {
                save(checkpoint.get());
            }
        }

        /**
         * Whether a state is worth going on from. Before a loss is no number, it is huge: then the weights are ruined, and a
         * state from before serves better. A network that has learned nothing has a loss of {@code ln(classes)}.
         */
        private boolean isSound(double loss) {
            double least = history.stream()
                    .skip(earlier)
                    .mapToDouble(EpochResult::loss)
                    .min()
                    .orElse(0);
            return loss <= HOPELESS * Math.max(Math.max(1, Math.log(classes.size())), least);
        }

        private void save(Checkpoint to) throws IOException {
            NDList arrays = arraysButTheOptimizers();
            arrays.addAll(optimizer.state());
            try (Computation computation = PyTorch.computations().begin()) {
                to.save(
                        history,
                        new Checkpoint.Progress(
                                finished.size(),
                                history.size() - earlier,
                                history.size() - forgotten,
                                best.map(BestWeights::epoch).orElse(0)),
                        arrays);
            }
        }

        /** With the optimizer's, all that the next epoch depends on. */
        private NDList arraysButTheOptimizers() {
            NDList arrays = new NDList(network.weights());
            best.ifPresent(weights -> arrays.addAll(weights.arrays()));
            for (int i = 0; i < finished.size(); i++) {
                arrays.addAll(finished.get(i).weights(EnsembleArchitecture.prefixOf(i + 1)));
            }
            return arrays;
        }

        @Override
        public void close() {
            batches.close();
        }
    }

    private static NDList trainable(Network network) {
        NDList weights = network.weights();
        NDList trainable = new NDList();
        for (Parameter parameter : network.trainable()) {
            weights.stream().filter(array -> array == parameter.getArray()).forEach(trainable::add);
        }
        return trainable;
    }
}
