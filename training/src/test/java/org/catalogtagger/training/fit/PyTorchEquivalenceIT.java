package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.catalogtagger.DebianPython;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.experiments.Plan;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * For the settings of each of the notebook's experiments: Python's PyTorch and ours start from the same weights, take the
 * same 20 batches, and have the same losses and weights.
 *
 * <p>The network is a narrow one of the notebook's depth, {@code 48-48-60-75-30-19-20-5}, and for two more one of two
 * convolutions. Both sides add up float32 in
 * orders of their own, so that they are equal within a tolerance: losses within 0.0001 of each other, relatively, and
 * weights within 0.00002 + 0.0005 times the value. A wrong constant shows in the second digit.
 */
class PyTorchEquivalenceIT {
    private static final List<Integer> LAYERS = List.of(48, 48, 60, 75, 30, 19, 20, 5);
    private static final int STEPS = 20;
    private static final double LOSS_TOLERANCE = 1e-4;
    private static final String THEIRS =
            """
            import json, sys, torch
            def steps(given):
                recipe = given['recipe']
                activation = {'relu': torch.nn.ReLU, 'tanh': torch.nn.Tanh, 'leaky-relu': torch.nn.LeakyReLU}[recipe['activation']]
                layers, modules, norm, channels = given['layers'], [], given['batchNorm'], 1
                for c in recipe['convolutions']:
                    modules += [torch.nn.Conv2d(channels, c['filters'], c['kernel'], c['stride'], c['kernel'] // 2, bias=not norm)]
                    channels = c['filters']
                    modules += [torch.nn.BatchNorm2d(channels)] if norm else []
                    modules += [activation(), torch.nn.MaxPool2d(c['pool'])]
                modules += [torch.nn.Flatten()]
                for i, (a, b) in enumerate(zip(layers, layers[1:])):
                    modules += [torch.nn.Linear(a, b)]
                    if i < len(layers) - 2:
                        modules += ([torch.nn.BatchNorm1d(b)] if norm else []) + [activation()]
                network = torch.nn.Sequential(*modules)
                with torch.no_grad():
                    for parameter, values in zip(network.parameters(), given['weights']):
                        parameter.copy_(torch.tensor(values).reshape(parameter.shape))
                settings = recipe['optimizer']
                if settings['kind'] == 'sgd':
                    optimizer = torch.optim.SGD(network.parameters(), lr=settings['learningRate'],
                                                momentum=settings['momentum'], weight_decay=settings['weightDecay'])
                else:
                    optimizer = torch.optim.AdamW(network.parameters(), lr=settings['learningRate'],
                                                  weight_decay=settings['weightDecay'])
                loss_of = torch.nn.CrossEntropyLoss(label_smoothing=recipe['labelSmoothing'])
                losses = []
                for images, labels in zip(given['images'], given['labels']):
                    optimizer.zero_grad()
                    loss = loss_of(network(torch.tensor(images).reshape(len(labels), 1, 8, 6)), torch.tensor(labels))
                    loss.backward()
                    optimizer.step()
                    losses.append(loss.item())
                return {'losses': losses, 'weights': [p.detach().flatten().tolist() for p in network.parameters()]}
            torch.set_num_threads(1)
            json.dump([steps(given) for given in json.load(open(sys.argv[1]))], sys.stdout)
            """;

    @TempDir
    private Path folder;

    @Test
    void everyExperimentOfTheNotebookAndTheDefaultRecipeTakeTheSameSteps() throws Exception {
        String python = DebianPython.require("torch");
        Plan plan = Plan.named("notebook");
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        for (PlannedRun run : plan.runs()) {
            recipes.put(run.name(), plan.recipeOf(run));
        }
        recipes.put("compact", Recipe.named("compact"));
        String seesImages = "{input: {width: 6, height: 8}, batchNorm: %s, hiddenLayers: [19], batchSize: 16,"
                + " convolutions: [{filters: 4, pool: 2}, {filters: 5, kernel: 5, stride: 2}]}";
        recipes.put("convolutions", SmallRun.recipe(seesImages.formatted(false)));
        // Before batch norm a bias has no gradient but what is rounded off, of which AdamW would make whole steps.
        String sgd = "optimizer: {kind: sgd, learningRate: 0.05, momentum: 0.9, weightDecay: 0.001}";
        recipes.put("convolutions and batch norm", SmallRun.recipe(seesImages.formatted(true), sgd));
        assertThat(recipes.get("compact").optimizer()).isInstanceOf(OptimizerSettings.AdamW.class);
        try (NDManager manager = PyTorch.newManager()) {
            PyTorch.engine().setRandomSeed(5);
            List<Network> networks = new ArrayList<>();
            List<Given> given = new ArrayList<>();
            for (Recipe recipe : recipes.values()) {
                Architecture architecture = recipe.convolutions().isEmpty()
                        ? new Architecture(LAYERS, recipe.activation(), false, 0)
                        : recipe.architecture(5);
                Network network = Network.untrained(architecture, recipe.initialization(), manager);
                networks.add(network);
                given.add(given(network, architecture, recipe));
            }
            List<Taken> theirs = theirs(python, given);
            int i = 0;
            for (Map.Entry<String, Recipe> recipe : recipes.entrySet()) {
                double[] losses = ours(networks.get(i), recipe.getValue(), given.get(i), manager);
                assertSame(recipe.getKey(), losses, networks.get(i), theirs.get(i));
                i++;
            }
        }
    }

    private static Given given(Network network, Architecture architecture, Recipe recipe) {
        Random random = new Random(7);
        Given given = new Given(
                recipe.toJson(),
                architecture.layerSizes(),
                architecture.batchNorm(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        for (Parameter parameter : network.trainable()) {
            given.weights().add(parameter.getArray().toFloatArray());
        }
        int pixels = LAYERS.get(0);
        for (int step = 0; step < STEPS; step++) {
            float[] images = new float[recipe.batchSize() * pixels];
            int[] labels = new int[recipe.batchSize()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = random.nextInt(5);
                for (int pixel = 0; pixel < pixels; pixel++) {
                    images[i * pixels + pixel] = (float) (random.nextGaussian() + (pixel % 5 == labels[i] ? 1 : 0));
                }
            }
            given.images().add(images);
            given.labels().add(labels);
        }
        return given;
    }

    private static void assertSame(String name, double[] losses, Network network, Taken theirs) {
        for (int step = 0; step < STEPS; step++) {
            assertThat(losses[step])
                    .as("%s: loss of step %d", name, step + 1)
                    .isCloseTo(theirs.losses()[step], within(LOSS_TOLERANCE * theirs.losses()[step]));
        }
        List<Parameter> trained = network.trainable();
        for (int i = 0; i < trained.size(); i++) {
            float[] our = trained.get(i).getArray().toFloatArray();
            float[] their = theirs.weights().get(i);
            for (int k = 0; k < our.length; k++) {
                assertThat(our[k])
                        .as("%s: array %d, element %d", name, i, k)
                        .isCloseTo(their[k], within(2e-5f + 5e-4f * Math.abs(their[k])));
            }
        }
    }

    private static double[] ours(Network network, Recipe recipe, Given given, NDManager manager) {
        NDList weights = new NDList();
        for (Parameter parameter : network.trainable()) {
            NDArray array = parameter.getArray();
            array.setName(parameter.getName() + weights.size());
            weights.add(array);
        }
        int classes = LAYERS.get(LAYERS.size() - 1);
        TrainingStep step = new TrainingStep(
                network, Optimizer.of(recipe.optimizer(), weights, manager), new float[classes], manager);
        TrainingBatch batch = new TrainingBatch(
                new ImageBatch(new Normalization.None(), LAYERS.get(0), recipe.batchSize()),
                recipe.batchSize(),
                classes);
        float[] equal = new float[classes];
        Arrays.fill(equal, 1);
        double[] losses = new double[STEPS];
        for (int i = 0; i < STEPS; i++) {
            batch.clear();
            for (int image = 0; image < recipe.batchSize(); image++) {
                int start = image * LAYERS.get(0);
                float[] row = Arrays.copyOfRange(given.images().get(i), start, start + LAYERS.get(0));
                int label = given.labels().get(i)[image];
                batch.add(row, label, label, 1, equal, recipe.labelSmoothing());
            }
            losses[i] = step.take(batch, new Optimizer.Step(recipe.optimizer().learningRate(), i + 1))
                    .loss();
        }
        return losses;
    }

    private List<Taken> theirs(String python, List<Given> given) throws Exception {
        Path file = folder.resolve("given.json");
        Json.write(file, given);
        Process process = new ProcessBuilder(python, "-c", THEIRS, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Taken> taken = List.of(Json.MAPPER.readValue(process.getInputStream(), Taken[].class));
        assertThat(process.waitFor()).isZero();
        return taken;
    }

    record Given(
            JsonNode recipe,
            List<Integer> layers,
            boolean batchNorm,
            List<float[]> weights,
            List<float[]> images,
            List<int[]> labels) {}

    record Taken(double[] losses, List<float[]> weights) {}
}
