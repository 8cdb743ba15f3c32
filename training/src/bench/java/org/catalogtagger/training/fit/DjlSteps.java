package org.catalogtagger.training.fit;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.catalogtagger.model.network.PyTorch;

/** The same training step as DJL's own examples write it: its {@code Trainer}, its SGD. */
final class DjlSteps implements AutoCloseable {
    private final Model model = Model.newInstance("mlp");
    private final Trainer trainer;
    private final NDArray images;
    private final NDArray labels;

    DjlSteps(List<Integer> layers, int batch, double momentum) {
        SequentialBlock block = new SequentialBlock();
        for (int i = 1; i < layers.size(); i++) {
            block.add(Linear.builder().setUnits(layers.get(i)).build());
            if (i < layers.size() - 1) {
                block.add(Activation::relu);
            }
        }
        model.setBlock(block);
        Optimizer sgd = Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(0.01f))
                .optMomentum((float) momentum)
                .build();
        trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(sgd));
        trainer.initialize(new Shape(batch, layers.get(0)));
        NDManager manager = trainer.getManager();
        images = manager.randomUniform(0, 1, new Shape(batch, layers.get(0)));
        labels = manager.zeros(new Shape(batch));
    }

    /** Makes steps as {@link StepProcess} asks for them: takes the layers, the batch size and the momentum. */
    public static void main(String... arguments) throws IOException {
        PyTorch.engine();
        List<Integer> layers =
                Arrays.stream(arguments[0].split(",")).map(Integer::valueOf).toList();
        try (DjlSteps steps = new DjlSteps(layers, Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2]));
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                steps.run(Integer.parseInt(line));
                System.out.println("done");
            }
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            try (NDManager scope = trainer.getManager().newSubManager();
                    GradientCollector collector = trainer.newGradientCollector()) {
                NDArray input = images.duplicate();
                input.attach(scope);
                NDList output = trainer.forward(new NDList(input));
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), output);
                collector.backward(loss);
                loss.getFloat();
            }
            trainer.step();
        }
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
