package org.catalogtagger.training.fit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The same training step by others, in a process of its own that waits between its turns: it reads a number of steps from
 * standard input, and answers when it has made them.
 */
final class StepProcess implements AutoCloseable {
    private static final Path INTERPRETER = Path.of("/usr/bin/python3");
    private static final String SCRIPT =
            """
            import sys, torch
            layers, batch, momentum, threads = eval(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
            torch.set_num_threads(threads)
            modules = []
            for i, (a, b) in enumerate(zip(layers, layers[1:])):
                modules += [torch.nn.Linear(a, b)] + ([torch.nn.ReLU()] if i < len(layers) - 2 else [])
            network = torch.nn.Sequential(*modules)
            optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=momentum)
            loss_of = torch.nn.CrossEntropyLoss()
            images, labels = torch.rand(batch, layers[0]), torch.randint(layers[-1], (batch,))
            print('ready', flush=True)
            for line in sys.stdin:
                for _ in range(int(line)):
                    optimizer.zero_grad()
                    loss = loss_of(network(images), labels)
                    loss.backward()
                    optimizer.step()
                    loss.item()
                print('done', flush=True)
            """;

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    private StepProcess(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        // As their users run them, without our launchers' settings of glibc.
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        process = builder.start();
        out = process.inputReader();
        in = process.outputWriter();
        if (!"ready".equals(out.readLine())) {
            throw new IOException("cannot compare with " + command.get(0) + ": it ended at once");
        }
    }

    /** Python's PyTorch. */
    static StepProcess python(List<Integer> layers, int batch, double momentum, int threads) throws IOException {
        if (!Files.isExecutable(INTERPRETER)) {
            throw new IOException("this compares with Python: install python3-torch and libopenblas0-pthread");
        }
        return new StepProcess(List.of(
                INTERPRETER.toString(),
                "-c",
                SCRIPT,
                layers.toString(),
                Integer.toString(batch),
                Double.toString(momentum),
                Integer.toString(threads)));
    }

    /** DJL's default: {@link DjlSteps}. */
    static StepProcess djl(List<Integer> layers, int batch, double momentum) throws IOException {
        return new StepProcess(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                DjlSteps.class.getName(),
                layers.stream().map(String::valueOf).collect(Collectors.joining(",")),
                Integer.toString(batch),
                Double.toString(momentum)));
    }

    void run(int steps) throws IOException {
        in.write(steps + "\n");
        in.flush();
        if (out.readLine() == null) {
            throw new IOException("the process that this compares with has ended");
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
