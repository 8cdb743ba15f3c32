import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/**
 * Prints the committed tags of a broker, for .ci/upgrade: product, model version and the record that was tagged, by tabs. Takes the
 * broker and how many tags there must be before, within two minutes.
 */
class Tags {
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        long end = System.nanoTime() + 120_000_000_000L;
        List<ConsumerRecord<byte[], byte[]>> tags = CommittedRecords.readAll(arguments[0], "product-tags");
        while (tags.size() < count) {
            if (System.nanoTime() > end) {
                System.err.printf("%d tags of %d%n", tags.size(), count);
                System.exit(1);
            }
            Thread.sleep(500);
            tags = CommittedRecords.readAll(arguments[0], "product-tags");
        }
        for (ConsumerRecord<byte[], byte[]> tag : tags) {
            System.out.printf(
                    "%s\t%s\t%s%n",
                    new String(tag.key(), StandardCharsets.UTF_8),
                    Json.MAPPER.readTree(tag.value()).path("modelVersion").asText(),
                    new String(tag.headers().lastHeader("source-record").value(), StandardCharsets.UTF_8));
        }
    }
}
