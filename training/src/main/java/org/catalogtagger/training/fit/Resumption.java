package org.catalogtagger.training.fit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.network.PyTorch;

/** Whether a run may go on from a saved state that was begun with other settings, and what that means. */
public final class Resumption {
    /** Settings that may be others: no array of the network depends on them. */
    public static final List<String> MAY_CHANGE = List.of(
            "optimizer",
            "schedule",
            "epochs",
            "dropout",
            "labelSmoothing",
            "classBalance",
            "logitAdjustment",
            "augmentation");

    private Resumption() {}

    /**
     * Checks a saved state.
     *
     * @return what is to be said, line by line
     * @throws CommandException if the run is another, or has fewer epochs than lie behind it
     * @throws IOException if there is no readable state
     */
    public static List<String> check(Checkpoint checkpoint) throws IOException {
        Checkpoint.State state = checkpoint.readState();
        Checkpoint.Run saved = state.run();
        Checkpoint.Run now = checkpoint.run();
        List<String> differences = saved.differences(now);
        if (!MAY_CHANGE.containsAll(differences)) {
            throw new CommandException(
                    "%s holds another run, which differs in: %s; --restart forgets it (what may change is %s)"
                            .formatted(
                                    checkpoint.directory(),
                                    String.join(", ", differences),
                                    String.join(", ", MAY_CHANGE)));
        }
        int member = state.progress().member();
        int members = now.recipe().path("members").asInt(1);
        int epochs = now.recipe().path("epochs").asInt();
        if (!state.isMemberFinished() && state.progress().memberEpochs() > epochs) {
            throw new CommandException("%s has %d epochs%s behind it, more than the %d that the recipe says now;"
                            .formatted(
                                    checkpoint.directory(),
                                    state.progress().memberEpochs(),
                                    members > 1 ? " of network " + (member + 1) : "",
                                    epochs)
                    + " take as many, or --restart to begin anew");
        }
        List<String> lines = new ArrayList<>();
        lines.add("going on after epoch %d%s"
                .formatted(
                        state.history().size(),
                        members > 1 ? ", in network %d of %d".formatted(member + 1, members) : ""));
        for (String name : differences) {
            lines.add("  %s: %s, which was %s"
                    .formatted(name, now.recipe().path(name), saved.recipe().path(name)));
        }
        if (differences.contains("optimizer") && !memory(saved.recipe()).equals(memory(now.recipe()))) {
            lines.add("  the new optimizer begins without a memory of the steps so far");
        }
        if (differences.contains("epochs") && (member > 0 || state.isMemberFinished())) {
            lines.add("  the networks that are finished stay as they are, of %d epochs"
                    .formatted(saved.recipe().path("epochs").asInt()));
        }
        if (!state.arithmetic().equals(PyTorch.arithmetic())) {
            lines.add("  begun with %s; this is %s: the weights will differ in their last bits from those of a run that"
                            .formatted(state.arithmetic(), PyTorch.arithmetic())
                    + " was not interrupted");
        }
        return lines;
    }

    /** What tells the arrays of an optimizer from those of another. */
    private static String memory(JsonNode recipe) {
        JsonNode optimizer = recipe.path("optimizer");
        String kind = optimizer.path("kind").asText();
        return kind.equals("sgd") && optimizer.path("momentum").asDouble() == 0 ? "none" : kind;
    }
}
