package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.tracking.MlflowLog;
import org.catalogtagger.training.tracking.RunLog;
import org.catalogtagger.training.tracking.RunLogs;
import org.catalogtagger.training.tracking.TensorBoardLog;
import picocli.CommandLine.Option;

/** Where else a run's figures go. */
public final class Tracking {
    private static final int MAX_PORT = 65_535;

    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            description = {
                "Also write each epoch's figures as TensorBoard's event files; tensorboard --logdir DIR shows them."
            })
    private Optional<Path> tensorBoard = Optional.empty();

    @Option(
            names = "--mlflow",
            paramLabel = "URI",
            description = {
                "Also tell an MLflow server of the run: settings, each epoch's figures, the bundle with its report.",
                "MLFLOW_EXPERIMENT_NAME, MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME and _PASSWORD are heeded."
            })
    private Optional<String> mlflow = Optional.empty();

    /** Where files are written. */
    List<Path> folders() {
        return tensorBoard.stream().toList();
    }

    /**
     * What was asked for; whoever opens it closes it.
     *
     * @throws IOException if figures cannot be written there
     * @throws CommandException if there is no such server
     */
    RunLogs open(TrainingRun run, LabelledImages data, PrintStream console) throws IOException {
        List<RunLog> logs = new ArrayList<>();
        if (tensorBoard.isPresent()) {
            logs.add(TensorBoardLog.open(tensorBoard.get(), console::println));
        }
        try {
            if (mlflow.isPresent()) {
                logs.add(begin(address(mlflow.get()), run, data, console));
            }
            return new RunLogs(logs);
        } catch (CommandException e) {
            logs.forEach(RunLog::close);
            throw e;
        }
    }

    /** Of a server; what is none is not repeated, for it may have a password in it. */
    static URI address(String text) {
        try {
            URI server = new URI(text.replaceFirst("/+$", ""));
            boolean isHttp = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
            boolean isMore =
                    server.getUserInfo() != null || server.getRawQuery() != null || server.getRawFragment() != null;
            if (isHttp && server.getHost() != null && server.getPort() <= MAX_PORT && !isMore) {
                return server;
            }
        } catch (URISyntaxException e) {
            // As below; its message repeats the text.
        }
        throw new CommandException("--mlflow takes a server's address like http://localhost:5000; name and password"
                + " are MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
    }

    private static RunLog begin(URI base, TrainingRun run, LabelledImages data, PrintStream console) {
        try {
            MlflowLog log = MlflowLog.begin(base, System.getenv(), run.name(), settings(run, data), console::println);
            console.println("MLflow shows the run at " + log.page());
            return log;
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new CommandException("no run can be begun on MLflow at %s: %s".formatted(base, why), e);
        }
    }

    /** All that a run is of, the recipe's by their paths. */
    static Map<String, String> settings(TrainingRun run, LabelledImages data) {
        Map<String, String> settings = new LinkedHashMap<>();
        addAll("recipe", run.recipe().toJson(), settings);
        settings.put("seed", String.valueOf(run.seed()));
        settings.put("testFraction", String.valueOf(run.split().testFraction()));
        settings.put("groupBy", run.split().groupBy());
        run.split().splitBy().ifPresent(column -> settings.put("splitBy", column));
        settings.put("classes", String.valueOf(data.classes().size()));
        settings.put("dataDigest", data.digest());
        return settings;
    }

    private static void addAll(String path, JsonNode node, Map<String, String> settings) {
        if (node.isObject()) {
            node.properties().forEach(field -> addAll(path + "." + field.getKey(), field.getValue(), settings));
        } else if (!node.isNull()) {
            settings.put(path, node.isValueNode() ? node.asText() : node.toString());
        }
    }
}
