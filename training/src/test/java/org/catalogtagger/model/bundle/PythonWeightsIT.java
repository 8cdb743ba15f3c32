package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.catalogtagger.DebianPython;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that Python read and wrote again: another order, metadata, a padded header, as its library writes them. */
class PythonWeightsIT {
    private static final String REWRITE =
            """
            import json, struct, sys
            path = sys.argv[1]
            with open(path, 'rb') as f:
                n, = struct.unpack('<Q', f.read(8))
                header = json.loads(f.read(n))
                data = f.read()
            header.pop('__metadata__', None)
            out, body = {'__metadata__': {'format': 'pt', 'by': 'a test \\u00e4'}}, b''
            for name in sorted(header, reverse=True):
                begin, end = header[name]['data_offsets']
                out[name] = {'dtype': 'F32', 'shape': header[name]['shape'],
                             'data_offsets': [len(body), len(body) + end - begin]}
                body += data[begin:end]
            text = json.dumps(out, ensure_ascii=False).encode()
            text += b' ' * (-len(text) % 8)
            with open(path, 'wb') as f:
                f.write(struct.pack('<Q', len(text)) + text + body)
            """;

    @Test
    void weightsThatPythonWroteGiveTheSameAnswers(@TempDir Path folder) throws Exception {
        String python = DebianPython.require("json");
        Path bundle = TinyModel.save(folder.resolve("model"), 1).directory();
        List<Float> before = answer(bundle);
        byte[] ours = Files.readAllBytes(bundle.resolve("weights.safetensors"));
        Process rewriting = new ProcessBuilder(
                        python,
                        "-c",
                        REWRITE,
                        bundle.resolve("weights.safetensors").toString())
                .inheritIO()
                .start();
        assertThat(rewriting.waitFor()).isZero();
        assertThat(Files.readAllBytes(bundle.resolve("weights.safetensors"))).isNotEqualTo(ours);
        TestBundles.editWeights(bundle, unchanged -> unchanged);
        assertThat(answer(bundle)).isEqualTo(before);
    }

    private static List<Float> answer(Path bundle) {
        try (Classifier classifier = Classifier.load(bundle)) {
            Prediction prediction = classifier.classify(List.of(new byte[4800])).get(0);
            return IntStream.range(0, 3).mapToObj(prediction::probability).toList();
        }
    }
}
