package org.catalogtagger.streaming.commands;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentInternal;
import org.apache.flink.table.operations.ModifyOperation;
import org.apache.flink.table.operations.Operation;
import org.apache.flink.table.operations.command.SetOperation;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.streaming.bundles.FlinkFileSystems;
import org.catalogtagger.streaming.job.LocalFlink;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tagger sql}. */
@Command(
        name = "sql",
        description = "Runs a script of Flink SQL in this JVM, with the model provider djl and the Kafka connector at"
                + " hand. A query's rows are printed; an INSERT is awaited.")
public final class SqlCommand implements Callable<Integer> {
    /** What a shell gives a process that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Parameters(paramLabel = "FILE", description = "The script; each statement ends with a semicolon at a line's end.")
    private Path script;

    @Override
    public Integer call() throws Exception {
        List<String> statements = statements(SettingsFile.text(script));
        FlinkFileSystems.open();
        // It outlives each query until its last row has been read: a cluster that ends with its job loses the question
        // for the last rows, and the reader waits for the answer for ever.
        try (StopOnExit running = new StopOnExit()) {
            LocalFlink flink = running.add(new LocalFlink(new Configuration()));
            TableEnvironment sql = StreamTableEnvironment.create(flink.environment());
            for (String statement : statements) {
                try {
                    run(sql, statement);
                } catch (ExecutionException | RuntimeException e) {
                    if (running.exiting()) {
                        return INTERRUPTED;
                    }
                    String beginning = statement.lines().findFirst().orElse("");
                    throw new CommandException("%s: %s".formatted(beginning, ErrorLine.ofRootCause(e)), e);
                }
                flink.endJobs();
            }
        }
        return 0;
    }

    /** The statements of a script, without the lines that are comments. */
    static List<String> statements(String script) {
        String code = script.replaceAll("(?m)^\\s*--.*$", "");
        return Arrays.stream(code.split(";\\s*(\\R|$)"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static void run(TableEnvironment sql, String statement) throws InterruptedException, ExecutionException {
        // The environment itself knows no SET, which is the SQL client's; its parser does.
        Operation operation =
                ((TableEnvironmentInternal) sql).getParser().parse(statement).get(0);
        if (operation instanceof SetOperation set
                && set.getKey().isPresent()
                && set.getValue().isPresent()) {
            sql.getConfig().set(set.getKey().get(), set.getValue().get());
            return;
        }
        TableResult result = sql.executeSql(statement);
        if (operation instanceof ModifyOperation) {
            result.await();
        } else if (result.getResultKind() == ResultKind.SUCCESS_WITH_CONTENT) {
            result.print();
        }
    }
}
