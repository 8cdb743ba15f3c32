package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.catalogtagger.training.tracking.MlflowStandIn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagger train} in a process of its own. */
class TrainCommandIT {
    private static final String VARIED =
            """
            input: {width: 30, height: 40}
            hiddenLayers: [64]
            dropout: 0.2
            schedule: constant
            classBalance: 0.5
            logitAdjustment: 0.2
            augmentation: {shift: 1, scale: 0.1, rotation: 5, erase: 0.1, mixup: 0.2}
            validationFraction: 0
            """;

    @TempDir
    private Path folder;

    /** The process that the tests start. */
    public static final class Main {
        private Main() {}

        /** Runs the command. */
        public static void main(String... arguments) {
            System.exit(new CommandLine(new TrainCommand())
                    .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                        System.out.println("error: " + e.getMessage());
                        return 1;
                    })
                    .execute(arguments));
        }
    }

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void drawSample() throws IOException {
        SampleCatalogue.write(folder.resolve("images"), 40, 1);
        writeRecipe("epochs: 60");
    }

    @Test
    void killedInTheMiddleOfAnEpochItGoesOnToTheSameWeights() throws Exception {
        assertThat(run("uninterrupted")).as(log()).isZero();

        Process killed = start("killed");
        awaitLog("epoch 20 of 60");
        killed.destroyForcibly().waitFor();
        assertThat(folder.resolve("killed")).doesNotExist();
        assertThat(folder.resolve("killed.unfinished")).isDirectory();

        assertThat(run("killed")).as("neither --resume nor --restart").isEqualTo(1);
        assertThat(log()).contains("--resume goes on with it, --restart forgets it");

        assertThat(run("killed", "--resume")).as(log()).isZero();
        assertThat(log()).containsPattern("going on after epoch \\d");
        assertThat(folder.resolve("killed.unfinished")).doesNotExist();
        assertThat(folder.resolve("killed/weights.safetensors"))
                .as(log())
                .hasSameBinaryContentAs(folder.resolve("uninterrupted/weights.safetensors"));
    }

    @Test
    void leavesTheEarlierBundleIntactWhenItDiverges() throws Exception {
        writeRecipe("epochs: 3");
        assertThat(run("model")).as(log()).isZero();
        String version = ModelBundle.open(folder.resolve("model")).description().modelVersion();

        writeRecipe(
                """
                optimizer: {kind: sgd, learningRate: 1e18, momentum: 0.9, weightDecay: 0}
                batchNorm: false
                epochs: 50
                """);
        assertThat(run("model")).isEqualTo(1);
        assertThat(log()).contains("training diverged: ");
        assertThat(ModelBundle.open(folder.resolve("model")).description().modelVersion())
                .as("the earlier bundle")
                .isEqualTo(version);
    }

    /** Each step makes the weights larger by a twentieth, until none is a number. */
    @Test
    void afterADivergenceItGoesOnWithAnotherOptimizer() throws Exception {
        String runningAway = "optimizer: {kind: sgd, learningRate: 1e-4, momentum: 0, weightDecay: 20500}";
        writeRecipe("{batchNorm: false, epochs: 300, " + runningAway + "}");
        assertThat(run("model")).isEqualTo(1);
        assertThat(log())
                .contains("training diverged: ")
                .containsPattern(
                        "the state after epoch \\d+, the last that was saved before the loss ran away, is kept in");

        writeRecipe("{batchNorm: false, epochs: 300, hiddenLayers: [16]}");
        assertThat(run("model", "--resume")).isEqualTo(1);
        assertThat(log()).contains("differs in: hiddenLayers, optimizer; --restart forgets it (what may change is");

        writeRecipe("{batchNorm: false, epochs: 300}");
        assertThat(run("model", "--resume")).as(log()).isZero();
        assertThat(log())
                .containsPattern("going on after epoch \\d+")
                .contains("the new optimizer begins without a memory of the steps so far");
        assertThat(folder.resolve("model.unfinished")).doesNotExist();
    }

    @Test
    void tellsMlflowOfARunAndOfItsEnd() throws Exception {
        try (MlflowStandIn mlflow = MlflowStandIn.start()) {
            Process told = start("told", "--mlflow", mlflow.address() + "/");
            awaitLog("epoch 2 of 60");
            told.destroy();
            assertThat(told.waitFor(1, TimeUnit.MINUTES)).isTrue();
            MlflowStandIn.Run killed = mlflow.runs().get(0);
            assertThat(killed.status()).isEqualTo("KILLED");
            assertThat(killed.metrics()).extracting(MlflowStandIn.Metric::key).contains("loss");

            writeRecipe("epochs: 2");
            Path board = folder.resolve("board");
            assertThat(run(
                            "told",
                            "--restart",
                            "--mlflow",
                            mlflow.address().toString(),
                            "--tensorboard",
                            board.toString()))
                    .as(log())
                    .isZero();
            try (Stream<Path> files = Files.list(board)) {
                assertThat(files).singleElement().satisfies(file -> {
                    assertThat(String.valueOf(file.getFileName())).startsWith("events.out.tfevents");
                    assertThat(file).isNotEmptyFile();
                });
            }
            assertThat(log()).contains("MLflow shows the run at " + mlflow.address() + "/#/experiments/0/runs/run 1");
            MlflowStandIn.Run whole = mlflow.runs().get(1);
            assertThat(whole.status()).isEqualTo("FINISHED");
            assertThat(whole.parameters())
                    .containsEntry("seed", "0")
                    .containsEntry("recipe.epochs", "2")
                    .containsEntry("recipe.hiddenLayers", "[64]")
                    .containsEntry("recipe.augmentation.mixup", "0.2");
            assertThat(mlflow.files()).containsKey("0/run 1/artifacts/bundle/report/index.html");
        }
        assertThat(run("told", "--mlflow", "http://localhost:1")).isEqualTo(1);
        assertThat(log()).contains("error: no run can be begun on MLflow at http://localhost:1: ConnectException");
        assertThat(run("told", "--mlflow", "mlruns")).isEqualTo(1);
        assertThat(log()).contains("error: --mlflow takes a server's address like");
    }

    /** Also where the environment names a server, as MLflow's own clients would have it. */
    @Test
    void tellsNobodyOfARunUnlessAskedTo() throws Exception {
        try (MlflowStandIn mlflow = MlflowStandIn.start()) {
            environment.put("MLFLOW_TRACKING_URI", mlflow.address().toString());
            writeRecipe("epochs: 2");
            assertThat(run("untold")).as(log()).isZero();
            assertThat(mlflow.runs()).isEmpty();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.map(path -> String.valueOf(path.getFileName())))
                    .contains("untold")
                    .noneMatch(name -> name.contains("tfevents"));
        }
    }

    private void writeRecipe(String changes) throws IOException {
        // JSON is YAML as well.
        Files.writeString(
                folder.resolve("recipe.yaml"),
                SmallRun.settings(VARIED, changes).tree().toString());
    }

    private int run(String out, String... more) throws Exception {
        Process process = start(out, more);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private Process start(String out, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--images",
                folder.resolve("images").toString(),
                "--cache",
                folder.resolve("cache").toString(),
                "--recipe",
                folder.resolve("recipe.yaml").toString(),
                "--device",
                "cpu",
                "--out",
                folder.resolve(out).toString()));
        command.addAll(List.of(more));
        Files.deleteIfExists(folder.resolve("log"));
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        process.environment().putAll(environment);
        return process.start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private void awaitLog(String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!log().contains(text)) {
            assertThat(System.nanoTime())
                    .as("waiting for '%s' in:%n%s", text, log())
                    .isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
