package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;

/**
 * The notebook's training step (125,517,872 parameters, batch 64, SGD without and with momentum): ours, DJL's default and
 * Python's PyTorch, in turns in one run; and the share that ours reaches of what the machine could do.
 *
 * <p>Ours runs with the launchers' settings of glibc, the others as their users run them, each in a process of its own;
 * DJL's also in this one, to tell what the settings do from what the code does.
 */
public final class TrainingStepBenchmark {
    private static final List<Integer> LAYERS = Architecture.NOTEBOOK_LAYERS;
    private static final int BATCH = 64;
    private static final int WARM_UP = 2;
    private static final int ROUNDS = 5;
    private static final int STEPS = 3;
    private static final double[] MOMENTA = {0, 0.5};

    private TrainingStepBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws IOException {
        Figures figures = new Figures();
        double overPython = 0;
        double overDjl = 0;
        double overDjlHere = 0;
        double roofShare = 1;
        try (NDManager manager = PyTorch.newManager()) {
            double flops = sgemmRate(manager);
            double bytes = copyRate(manager);
            figures.add("sgemmGflops", flops / 1e9, "GFLOP/s of a 4096x4096 product");
            figures.add("copyGigabytes", bytes / 1e9, "GB/s of a copy with all threads, read and written");
            for (double momentum : MOMENTA) {
                double[] millis = compare(manager, momentum);
                String suffix = momentum == 0 ? "" : "Momentum";
                double roof = 1000 * (stepFlops() / flops + stepBytes(momentum) / bytes);
                figures.add("oursMillis" + suffix, millis[0], "our step, momentum " + momentum);
                figures.add("djlMillis" + suffix, millis[1], "DJL's default");
                figures.add("pytorchMillis" + suffix, millis[2], "Python's PyTorch");
                figures.add(
                        "djlHereMillis" + suffix, millis[3], "DJL's default, with our launchers' settings of glibc");
                figures.add("roofMillis" + suffix, roof, "FLOPs / sgemm rate + bytes / copy rate");
                overDjl = Math.max(overDjl, millis[0] / millis[1]);
                overDjlHere = Math.max(overDjlHere, millis[0] / millis[3]);
                overPython = Math.max(overPython, millis[0] / millis[2]);
                roofShare = Math.min(roofShare, roof / millis[0]);
            }
        }
        figures.add("oursOverPytorch", overPython, "the worse of the two");
        figures.add("oursOverDjlDefault", overDjl, "the worse of the two");
        figures.add("oursOverDjlHere", overDjlHere, "the same, DJL with our launchers' settings of glibc");
        figures.add("roofShare", roofShare, "the worse of the two");
        figures.write(arguments);
    }

    /** Median milliseconds of a step: ours, DJL's, Python's, and DJL's in this process. */
    private static double[] compare(NDManager manager, double momentum) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        List<List<Double>> millis = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (NDManager scope = manager.newSubManager();
                StepProcess djl = StepProcess.djl(LAYERS, BATCH, momentum);
                StepProcess python = StepProcess.python(LAYERS, BATCH, momentum, threads);
                DjlSteps djlHere = new DjlSteps(LAYERS, BATCH, momentum)) {
            OurSteps ours = new OurSteps(scope, momentum);
            List<Steps> inTurn = List.of(ours::run, djl::run, python::run, djlHere::run);
            for (Steps steps : inTurn) {
                steps.run(WARM_UP);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < inTurn.size(); i++) {
                    long start = System.nanoTime();
                    inTurn.get(i).run(STEPS);
                    millis.get(i).add((System.nanoTime() - start) / 1e6 / STEPS);
                }
                System.out.printf(
                        Locale.ROOT,
                        "  momentum %.1f, round %d: ours %.0f ms, DJL %.0f ms, PyTorch %.0f ms, DJL here %.0f ms%n",
                        momentum,
                        round + 1,
                        millis.get(0).get(round),
                        millis.get(1).get(round),
                        millis.get(2).get(round),
                        millis.get(3).get(round));
            }
        }
        return millis.stream().mapToDouble(TrainingStepBenchmark::median).toArray();
    }

    /** Somebody's training steps, so many of them. */
    private interface Steps {
        void run(int count) throws IOException;
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Forward, gradients of the weights, and gradients of the inputs of all layers but the first. */
    private static double stepFlops() {
        double flops = 0;
        for (int i = 1; i < LAYERS.size(); i++) {
            double product = 2.0 * BATCH * LAYERS.get(i - 1) * LAYERS.get(i);
            flops += (i == 1 ? 2 : 3) * product;
        }
        return flops;
    }

    /**
     * The least that must move: the weights read forwards and (but the first layer's) backwards, their gradients written;
     * for the update weights and gradients read and weights written, and with momentum the velocity read and written.
     */
    private static double stepBytes(double momentum) {
        double all = 0;
        for (int i = 1; i < LAYERS.size(); i++) {
            all += 4.0 * LAYERS.get(i - 1) * LAYERS.get(i);
        }
        double first = 4.0 * LAYERS.get(0) * LAYERS.get(1);
        return 6 * all - first + (momentum == 0 ? 0 : 2 * all);
    }

    private static double sgemmRate(NDManager manager) {
        int size = 4096;
        try (NDManager scope = manager.newSubManager()) {
            NDArray a = scope.randomUniform(0, 1, new Shape(size, size));
            NDArray b = scope.randomUniform(0, 1, new Shape(size, size));
            return 2.0 * size * size * size / bestSeconds(() -> a.matMul(b).close());
        }
    }

    /** A copy of one array into another with all threads: each byte is read once and written once. */
    private static double copyRate(NDManager manager) {
        int floats = 1 << 27;
        int piece = 1 << 20;
        try (NDManager scope = manager.newSubManager()) {
            ByteBuffer from = scope.ones(new Shape(floats)).toByteBuffer(true);
            ByteBuffer to = scope.ones(new Shape(floats)).toByteBuffer(true);
            return 2.0
                    * 4
                    * floats
                    / bestSeconds(() -> IntStream.range(0, from.capacity() / piece)
                            .parallel()
                            .forEach(i -> to.put(i * piece, from, i * piece, piece)));
        }
    }

    private static double bestSeconds(Runnable work) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }

    /** The product's own step. */
    private static final class OurSteps {
        private final TrainingStep step;
        private final TrainingBatch batch;
        private long steps;

        OurSteps(NDManager manager, double momentum) {
            int classes = LAYERS.get(LAYERS.size() - 1);
            Network network = Network.untrained(
                    new Architecture(LAYERS, Activation.RELU, false, 0), Initialization.TORCH_DEFAULT, manager);
            NDList weights = new NDList();
            network.trainable().stream().map(Parameter::getArray).forEach(weights::add);
            Optimizer optimizer = Optimizer.of(new OptimizerSettings.Sgd(0.01, momentum, 0.0), weights, manager);
            step = new TrainingStep(network, optimizer, new float[classes], manager);
            batch = new TrainingBatch(new ImageBatch(new Normalization.None(), LAYERS.get(0), BATCH), BATCH, classes);
            float[] weightsOfClasses = new float[classes];
            Arrays.fill(weightsOfClasses, 1);
            float[] image = new float[LAYERS.get(0)];
            for (int i = 0; i < BATCH; i++) {
                Arrays.fill(image, i / (float) BATCH);
                batch.add(image, i % classes, 0, 1, weightsOfClasses, 0);
            }
        }

        void run(int count) {
            for (int i = 0; i < count; i++) {
                step.take(batch, new Optimizer.Step(0.01, ++steps));
            }
        }
    }
}
