package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.catalogtagger.DebianPython;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.TinyProgram;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.Familiarity;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.network.Program;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Programs that Python's PyTorch wrote, and what it says of the same images. */
class ImportCommandTest {
    private static final ImageSize SIZE = new ImageSize(12, 16);
    private static final int BINS = 15;
    private static final int IMAGES = 20;

    @TempDir
    private static Path programs;

    @TempDir
    private Path folder;

    private String failure = "";

    @BeforeAll
    static void makePrograms() throws Exception {
        for (int i = 0; i < IMAGES; i++) {
            ProductShape shape = i % 2 == 0 ? ProductShape.TIES : ProductShape.HANDBAGS;
            Path image = programs.resolve("images")
                    .resolve(i % 2 == 0 ? "Ties" : "Bags")
                    .resolve(i + ".jpg");
            Files.createDirectories(image.getParent());
            Files.write(image, SampleCatalogue.jpeg(shape, new Random(i)));
        }
        Files.writeString(programs.resolve("classes.txt"), "Ties\r\nBags\r\n\r\n");
        writeRaw("gray.raw", Colors.GRAY);
        writeRaw("rgb.raw", Colors.RGB);
        Path script = programs.resolve("torchscript.py");
        try (var in = ImportCommandTest.class.getResourceAsStream("torchscript.py")) {
            Files.copy(in, script);
        }
        Process python = new ProcessBuilder(DebianPython.require("torch"), script.toString(), programs.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor()).as(said).isZero();
    }

    private static void writeRaw(String name, Colors colors) throws Exception {
        try (OutputStream out = Files.newOutputStream(programs.resolve(name))) {
            for (byte[] samples : decoded(colors)) {
                out.write(samples);
            }
        }
    }

    private static List<byte[]> decoded() throws Exception {
        return decoded(Colors.GRAY);
    }

    private static List<byte[]> decoded(Colors colors) throws Exception {
        ImageSize size = new ImageSize(SIZE.width(), SIZE.height(), colors);
        ImageDecoder decoder = new ImageDecoder(size, ImageLimits.DEFAULT);
        List<byte[]> decoded = new ArrayList<>();
        for (ImageFolder.Entry entry :
                ImageFolder.scan(programs.resolve("images")).images()) {
            decoded.add(decoder.decode(Files.readAllBytes(entry.file())));
        }
        return decoded;
    }

    @ParameterizedTest
    @CsvSource({
        "levels, 12x16, none",
        "unit, 12x16, divide-by-255",
        "unit, 12x16x1, 0/1",
        "shifted, 12x16, 0.4/0.3",
        "colours, 12x16x3, imagenet",
        "colours, 12x16x3, '0.485,0.456,0.406/0.229,0.224,0.225'",
        "red, 12x16x3, divide-by-255",
        "probabilities, 12x16, divide-by-255",
        "rounded, 12x16, divide-by-255",
        "logarithms, 12x16, divide-by-255",
        "double, 12x16, divide-by-255",
    })
    void answersAsPythonDoes(String program, String input, String normalize) throws Exception {
        for (String file : List.of(program + ".pt", program + ".onnx")) {
            assertThat(run(file, "--input", input, "--normalize", normalize))
                    .as("%s: %s", file, failure)
                    .isZero();
            assertAnswersOfPython(program, input.endsWith("x3") ? Colors.RGB : Colors.GRAY);
        }
    }

    private void assertAnswersOfPython(String program, Colors colors) throws Exception {
        ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(programs.resolve(program + ".raw")))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<Prediction> predictions;
        try (Classifier classifier = Classifier.load(out())) {
            predictions = classifier.classify(decoded(colors));
        }
        for (Prediction prediction : predictions) {
            for (float probability : prediction.probabilities()) {
                assertThat(probability).isCloseTo(expected.getFloat(), within(1e-4f));
            }
        }
        assertThat(expected.hasRemaining()).isFalse();
    }

    @Test
    void theBundleSaysHowRightItWas() throws Exception {
        assertThat(run(
                        "unit.pt",
                        "--input",
                        "12x16",
                        "--json",
                        folder.resolve("found.json").toString()))
                .as(failure)
                .isZero();
        ModelBundle bundle = ModelBundle.open(out());
        ModelDescription description = bundle.description();
        List<ImageFolder.Entry> entries =
                ImageFolder.scan(programs.resolve("images")).images();
        int right = 0;
        int[] images = new int[BINS];
        double[] confidence = new double[BINS];
        double[] rightOfBin = new double[BINS];
        try (Classifier classifier = Classifier.load(bundle)) {
            List<Prediction> predictions = classifier.classify(decoded());
            for (int i = 0; i < IMAGES; i++) {
                Prediction prediction = predictions.get(i);
                String truth = entries.get(i).file().toString().contains("Ties") ? "Ties" : "Bags";
                int isRight = prediction.label().equals(truth) ? 1 : 0;
                right += isRight;
                int bin = (int) Math.min(BINS - 1, Math.ceil(prediction.probability(prediction.best()) * BINS) - 1);
                images[bin]++;
                confidence[bin] += prediction.probability(prediction.best());
                rightOfBin[bin] += isRight;
            }
        }
        List<Calibration.Bin> bins = description.testMetrics().calibration().bins();
        assertThat(bins).hasSize(BINS);
        for (int i = 0; i < BINS; i++) {
            assertThat(bins.get(i).images()).isEqualTo(images[i]);
            assertThat(bins.get(i).confidence()).isCloseTo(confidence[i] / Math.max(1, images[i]), within(1e-4));
            assertThat(bins.get(i).accuracy()).isCloseTo(rightOfBin[i] / Math.max(1, images[i]), within(1e-9));
        }
        assertThat(description.testMetrics().brightness())
                .isEqualTo(Brightness.of(decoded().stream()))
                .isNotEqualTo(Brightness.UNKNOWN);
        assertThat(description.testMetrics().familiarity()).as("of logits").isNotEqualTo(Familiarity.UNKNOWN);
        assertThat(description.testMetrics().accuracy()).isEqualTo((double) right / IMAGES);
        assertThat(description.testMetrics().images()).isEqualTo(IMAGES);
        assertThat(description.provenance().hasFitted(description.provenance().dataDigest()))
                .isFalse();
        assertThat(bundle.evaluation().images()).isEqualTo(IMAGES);
        assertThat(description.classes()).containsExactly("Ties", "Bags");
        assertThat(Json.MAPPER
                        .readTree(folder.resolve("found.json").toFile())
                        .path("accuracy")
                        .asDouble())
                .isEqualTo(description.testMetrics().accuracy());
    }

    /** Of probabilities the sum tells nothing of how much the program sees. */
    @ParameterizedTest
    @CsvSource({"probabilities", "logarithms"})
    void familiarityIsNotKnownOfProbabilities(String program) {
        assertThat(run(program + ".pt", "--input", "12x16")).as(failure).isZero();
        assertThat(ModelBundle.open(out()).description().testMetrics().familiarity())
                .isEqualTo(Familiarity.UNKNOWN);
    }

    @Test
    void theVersionIsAnotherWhereTagsMayBeOthers() throws Exception {
        List<String> versions = new ArrayList<>();
        Files.writeString(folder.resolve("swapped.txt"), "Bags\nTies");
        for (List<String> options : List.of(
                List.<String>of(),
                List.<String>of(),
                List.of("--normalize", "0.5/0.5"),
                List.of("--framing", "fit"),
                List.of("--classes", folder.resolve("swapped.txt").toString()))) {
            List<String> all = new ArrayList<>(List.of("--input", "12x16", "--name", "net"));
            all.addAll(options);
            assertThat(run("unit.pt", all.toArray(String[]::new))).as(failure).isZero();
            versions.add(ModelBundle.open(out()).description().modelVersion());
        }
        assertThat(versions.get(1)).isEqualTo(versions.get(0)).matches("net-[0-9a-f]{12}");
        assertThat(versions.subList(1, 5)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        "fixed, 12x16, 'of its input dimension 0 is 2, not 12; let batches be of any size'",
        "unit, 16x12, 'of its input dimension 2 is 16, not 12, dimension 3 is 12, not 16'",
        "pair, 12x16, it answers with 2 arrays",
        "indices, 12x16, not with 2 numbers for each",
        "cut, 12x16, no ONNX graph",
    })
    void refusesGraphsThatAreNoClassifiers(String program, String input, String why) throws Exception {
        byte[] whole = Files.readAllBytes(programs.resolve("unit.onnx"));
        Files.write(programs.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length / 2));
        assertThat(run(program + ".onnx", "--input", input)).isEqualTo(1);
        assertThat(failure).contains(why);
        assertThat(out()).doesNotExist();
    }

    @Test
    void aGraphIsAFileOfTheBundle() {
        assertThat(run("unit.onnx", "--input", "12x16")).as(failure).isZero();
        assertThat(out()).isDirectoryContaining("glob:**/program.onnx");
        ModelBundle bundle = ModelBundle.open(out());
        assertThat(bundle.description().program().orElseThrow().format()).isEqualTo(Program.Format.ONNX);
        assertThatThrownBy(() -> Programs.REFUSED.require(bundle.description(), "it"))
                .hasMessage(
                        "it holds an ONNX graph, which may take any time and memory; model.programs: true lets the job run"
                                + " such");
    }

    @ParameterizedTest
    @CsvSource({
        "training, 'answers an image with'; Call model.eval()",
        "pair, it answers with 2 arrays",
        "indices, not with 2 numbers for each",
        "integers, not with 2 numbers for each",
        "sparse, not with 2 numbers for each",
        "three, not with 2 numbers for each",
        "nothing, it answers an image with",
        "percent, it answers in percent",
        "failing, 'ValueError: too bright'",
        "weights, no TorchScript program",
    })
    void refusesWhatIsNoClassifierAndLeavesTheBundleOfBefore(String program, String why) throws Exception {
        assertThat(run("unit.pt", "--input", "12x16")).as(failure).isZero();
        byte[] before = Files.readAllBytes(out().resolve("model.json"));
        assertThat(run(program + ".pt", "--input", "12x16")).isEqualTo(1);
        for (String part : why.replace("'", "").split("; ", -1)) {
            assertThat(failure).contains(part);
        }
        assertThat(failure).doesNotContain("\n").hasSizeLessThan(500);
        assertThat(Files.readAllBytes(out().resolve("model.json"))).isEqualTo(before);
    }

    @Test
    void namesAnImageForWhichTheProgramFails() throws Exception {
        TinyProgram.copy(folder.resolve("brightness.pt"));
        Files.writeString(folder.resolve("levels.txt"), String.join("\n", TinyProgram.CLASSES));
        for (int level : new int[] {10, 64, 240}) {
            Path image = folder.resolve("images")
                    .resolve(level > 128 ? "bright" : "dark")
                    .resolve(level + ".png");
            Files.createDirectories(image.getParent());
            var picture = new BufferedImage(60, 80, BufferedImage.TYPE_BYTE_GRAY);
            for (int y = 0; y < 80; y++) {
                for (int x = 0; x < 60; x++) {
                    picture.getRaster().setSample(x, y, 0, level);
                }
            }
            ImageIO.write(picture, "png", image.toFile());
        }
        String[] options = {
            "--torchscript", folder.resolve("brightness.pt").toString(),
            "--images", folder.resolve("images").toString(),
            "--classes", folder.resolve("levels.txt").toString(),
            "--input", "60x80"
        };
        assertThat(run("", options)).isEqualTo(1);
        assertThat(failure).contains("ValueError: too dim");
        // Where it is none of the few that are tried first.
        for (int i = 0; i < 40; i++) {
            Path dark = folder.resolve("images/dark");
            Files.copy(dark.resolve("10.png"), dark.resolve("1" + i + "0.png"));
        }
        assertThat(run("", options)).isEqualTo(1);
        assertThat(failure).contains("fails on the image").contains("64.png");
    }

    /** What it says of how right its tags are is known by them. */
    @Test
    void theVersionIsAnotherByOtherImages() throws Exception {
        assertThat(run("unit.pt", "--input", "12x16")).as(failure).isZero();
        String before = ModelBundle.open(out()).description().modelVersion();
        Path one = Files.createDirectories(folder.resolve("one/Ties")).resolve("1.jpg");
        Files.write(one, SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        assertThat(run(
                        "unit.pt",
                        "--input",
                        "12x16",
                        "--images",
                        folder.resolve("one").toString()))
                .as(failure)
                .isZero();
        assertThat(ModelBundle.open(out()).description().modelVersion()).isNotEqualTo(before);
    }

    @Test
    void replacesNoDirectoryWithOtherThings() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Path classes = Files.copy(programs.resolve("classes.txt"), mine.resolve("classes.txt"));
        assertThat(run("unit.pt", "--input", "12x16", "--classes", classes.toString(), "--out", mine.toString()))
                .isEqualTo(1);
        assertThat(failure).contains("would replace the directory");
        assertThat(run("unit.pt", "--input", "12x16", "--out", mine.toString())).isEqualTo(1);
        assertThat(failure).contains("something else than a bundle");
        assertThat(classes).exists();
    }

    @ParameterizedTest
    @CsvSource({
        "12, none, --input is WIDTHxHEIGHT",
        "12x16x2, none, of 1 or 3 planes",
        "0x16, none, --input is WIDTHxHEIGHT",
        "9999x9999, none, 'more than 4,194,304 numbers an image'",
        "100000x100000, none, 'more than 4,194,304 numbers an image'",
        "12x16, imagenet, three planes",
        "12x16, halves, --normalize is none",
        "12x16, 0.5/0, a deviation from 0.001",
        "12x16, '0.5,0.5/0.5', 2 mean(s) and 1 deviation(s) for 1 plane(s)",
        "12x16x3, '0.5,0.5/0.5,0.5', 2 mean(s) and 2 deviation(s) for 3 plane(s)",
        "12x16x3, '0.5,0.4,0.3/0.5', 3 mean(s) and 1 deviation(s) for 3 plane(s)",
        "12x16, 0.5/0.5/0.5, --normalize is none",
        "12x16, NaN/1, a mean up to 1000",
    })
    void saysWhichOptionIsWrong(String input, String normalize, String why) {
        assertThat(run("unit.pt", "--input", input, "--normalize", normalize)).isEqualTo(1);
        assertThat(failure).contains(why);
        assertThat(out()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "'', one a line",
        "'Ties\nBags\nTies', 'line 3: the class Ties again'",
        "'Ties\n\nBags', 'line 2: no name'",
        "'Ties\nB\u202Eags', 'line 2: no name'",
        "'Ties\nShirts', does not know the class Bags of",
        "'Ties\nShirts', 'it knows Ties, Shirts'",
    })
    void saysWhatIsWrongWithTheClasses(String text, String why) throws IOException {
        Path classes = Files.writeString(folder.resolve("classes.txt"), text);
        assertThat(run("unit.pt", "--input", "12x16", "--classes", classes.toString()))
                .isEqualTo(1);
        assertThat(failure).contains(why);
    }

    private Path out() {
        return folder.resolve("model");
    }

    private int run(String program, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        if (!all.contains("--torchscript")) {
            String option = program.endsWith(".onnx") ? "--onnx" : "--torchscript";
            all.addAll(List.of(option, programs.resolve(program).toString()));
        }
        if (!all.contains("--images")) {
            all.addAll(List.of("--images", programs.resolve("images").toString()));
        }
        if (!all.contains("--classes")) {
            all.addAll(List.of("--classes", programs.resolve("classes.txt").toString()));
        }
        if (!all.contains("--out")) {
            all.addAll(List.of("--out", out().toString()));
        }
        all.addAll(List.of("--cache", folder.resolve("cache").toString()));
        failure = "";
        return new CommandLine(new ImportCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    failure = String.valueOf(e.getMessage());
                    return 1;
                })
                .execute(all.toArray(String[]::new));
    }
}
