import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.catalogtagger.streaming.quickstart.LocalKafka;

/** A broker for .ci/documents: prints its address, and runs until it is killed. */
class Broker {
    public static void main(String[] arguments) throws Exception {
        try (LocalKafka kafka = LocalKafka.start(Path.of(arguments[0]))) {
            System.out.println(kafka.bootstrapServers());
            new CountDownLatch(1).await();
        }
    }
}
