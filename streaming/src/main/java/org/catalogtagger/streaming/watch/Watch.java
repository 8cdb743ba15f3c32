package org.catalogtagger.streaming.watch;

import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The live page over a job's topics, as long as it is open. */
public final class Watch implements AutoCloseable {
    private final SampledImages images;
    private final TopicFollower follower;
    private final WatchPage page;

    /**
     * Starts to follow the topics and to serve the page.
     *
     * @param since windows of the accuracy are shown from then on
     * @param host the address to listen at
     * @param names by which others lead here, a proxy say; asked for by any other name, the page is not served
     * @param port 0 for one that is free
     */
    public Watch(StreamSettings.Kafka topics, Instant since, String host, Collection<String> names, int port) {
        images = new SampledImages(
                () -> new ImageRecords(topics.bootstrapServers(), topics.properties(), topics.imagesTopic()));
        LiveView view = new LiveView(topics, images::want);
        page = new WatchPage(host, names, port, view);
        images.start(view);
        follower = new TopicFollower(
                topics.bootstrapServers(),
                topics.properties(),
                LiveView.followed(topics),
                since,
                view::accept,
                view::trouble);
    }

    /** The page's address. */
    public URI address() {
        return page.address();
    }

    /** Whether only this machine can open the page. */
    public boolean isLocal() {
        return LoopbackPort.isLoopback(page.address().getHost());
    }

    @Override
    public void close() throws InterruptedException {
        page.close();
        follower.close();
        images.close();
    }
}
