package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.streaming.publish.DriftReplay;
import org.catalogtagger.streaming.publish.DriftReplay.Event;
import org.catalogtagger.streaming.publish.DriftScenario;
import org.catalogtagger.streaming.publish.DriftScenario.Phase;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.publish.Pace;
import org.catalogtagger.training.commands.ListedImages;
import org.catalogtagger.training.commands.ListedImages.Listed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger replay-drift}. */
@Command(
        name = "replay-drift",
        description = {
            "Publishes images to which something happens, so that one sees what the job makes of it in drift-alerts.",
            "Images are drawn at random, one as often as it comes, each as an event of a product of its own.",
            "With --order-by they are drawn of one value of a column after the other while the scenario goes on."
        })
public final class ReplayDriftCommand implements Callable<Integer> {
    @Option(
            names = "--scenario",
            paramLabel = "NAME or FILE",
            required = true,
            description = "class-falls, labels-swap, new-class, darker, mix-shifts, or a file of your own like theirs.")
    private String scenario;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg; best those that the model has not seen.")
    private Path images;

    @Mixin
    private EventOptions events;

    @Mixin
    private ListedImages listed;

    @Mixin
    private TableColumns columns;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "Events a second at most (default: ${DEFAULT-VALUE}); 0 for as fast as it goes.")
    private double rate;

    @Option(
            names = "--labels",
            paramLabel = "inline|none",
            defaultValue = "inline",
            description = "inline (the default): each event carries its class in the header label; none: it does not.")
    private Labels labels;

    enum Labels {
        INLINE,
        NONE
    }

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        DriftScenario script = DriftScenario.named(scenario);
        columns.requireTable(listed);
        Listed found = listed.list(images, console);
        Function<Entry, Optional<String>> segmentOf = columns.segmentOf(found, events.segment());
        DriftReplay replay =
                new DriftReplay(script, columns.parts(found), found.folder().classes());
        Pace pace = new Pace(rate);
        try (ImagePublisher publisher = events.open()) {
            for (int i = 0; i < script.phases().size(); i++) {
                Phase phase = script.phases().get(i);
                console.printf(
                        "%s phase %d of %d: %,d events, %s%n",
                        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
                        i + 1,
                        script.phases().size(),
                        phase.events(),
                        phase.describe());
                try (Progress progress = Progress.start("publishing", phase.events(), console)) {
                    for (int sent = 1; sent <= phase.events(); sent++) {
                        pace.awaitNext();
                        Event event = replay.next(phase);
                        publisher.send(
                                event.productId(),
                                event.image(),
                                labels == Labels.NONE ? "" : event.label(),
                                segmentOf.apply(event.source()),
                                null);
                        progress.to(sent, "");
                    }
                }
                publisher.flush();
            }
        }
        console.printf(
                "published %,d events to %s at %s%n",
                script.events(), events.topic(), events.kafka().bootstrap());
        return 0;
    }
}
