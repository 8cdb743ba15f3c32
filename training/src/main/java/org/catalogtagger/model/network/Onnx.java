package org.catalogtagger.model.network;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.catalogtagger.model.image.ImageSize;

/**
 * ONNX graphs, run by ONNX Runtime, which is there only in builds that were asked for it: it takes 137 MB. Read from memory,
 * so that a graph can name no other file.
 */
final class Onnx {
    private static final String ENGINE = "OnnxRuntime";

    /** As ONNX Runtime says it, in lines of their own. */
    private static final Pattern WRONG_DIMENSION = Pattern.compile("index: (\\d+) Got: (\\d+) Expected: (\\d+)");

    private static final String EXPORT = ", torch.onnx.export(…, dynamic_axes={\"images\": {0: \"batch\"}}) say";

    private Onnx() {}

    /**
     * Loads a graph of one input and one output.
     *
     * @param in read to its end, not closed
     * @param manager owns it
     * @throws UnusableProgramException if it is none, or ONNX Runtime is not there
     */
    static ProgramNetwork load(InputStream in, Program program, ImageSize size, int classes, NDManager manager)
            throws IOException {
        if (!Engine.hasEngine(ENGINE)) {
            throw new UnusableProgramException(
                    "ONNX Runtime is not in this build; TAGGER_MAVEN_ARGS=-Ponnx builds with it");
        }
        Model model = Model.newInstance("program", Device.cpu(), ENGINE);
        try {
            model.load(in);
        } catch (MalformedModelException | EngineException e) {
            model.close();
            throw new UnusableProgramException("no ONNX graph that ONNX Runtime takes: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
        manager.attachInternal(UUID.randomUUID().toString(), model);
        Block block = model.getBlock();
        return new ProgramNetwork(
                (planes, scope) -> run(block, model.getNDManager(), planes, scope), program, size, classes);
    }

    private static NDList run(Block block, NDManager onnx, NDArray planes, NDManager scope) {
        try (NDManager inOnnx = onnx.newSubManager()) {
            NDArray in = inOnnx.create(planes.toByteBuffer(), planes.getShape(), planes.getDataType());
            NDList answers = block.forward(new ParameterStore(inOnnx, false), new NDList(in), false);
            NDList out = new NDList();
            for (NDArray answer : answers) {
                out.add(scope.create(answer.toByteBuffer(), answer.getShape(), answer.getDataType()));
            }
            return out;
        } catch (EngineException e) {
            List<String> others = WRONG_DIMENSION
                    .matcher(String.valueOf(e.getMessage()))
                    .results()
                    .map(found ->
                            "dimension %s is %s, not %s".formatted(found.group(1), found.group(3), found.group(2)))
                    .toList();
            if (others.isEmpty()) {
                throw e;
            }
            String hint = others.get(0).startsWith("dimension 0 ") ? "; let batches be of any size" + EXPORT : "";
            throw new EngineException("of its input " + String.join(", ", others) + hint, e);
        }
    }
}
