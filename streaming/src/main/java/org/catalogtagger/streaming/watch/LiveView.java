package org.catalogtagger.streaming.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.json.AccuracyValue;
import org.catalogtagger.streaming.json.BaselineValue;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.json.ReleaseOutcomeValue;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.watch.TopicFollower.From;

/** All that the page shows: fed with records of the job's topics, asked by each viewer. Thread-safe. */
final class LiveView implements SampledImages.Taker {
    private static final int ALERTS_OVER = 50;

    private final StreamSettings.Kafka topics;
    private final Consumer<Wanted> samplesWanted;
    private final Speed speed = new Speed();
    private final TagSamples samples = new TagSamples();
    private final AccuracyHistory accuracy = new AccuracyHistory();
    private final Summaries summaries = new Summaries();
    private final Alerts alerts = new Alerts(ALERTS_OVER);
    private final AlertImages alertImages = new AlertImages();
    private final Rejections rejections = new Rejections();
    private final ModelVersions models = new ModelVersions();
    private long unreadable;
    private String trouble = "";

    /** Browsers keep pictures by it: another run of the page must not use the same. */
    private long sampleId = System.currentTimeMillis() * 1000;

    /** A tag that is to be shown, and where its image lies; empty if it does not say. */
    record Wanted(TagValue tag, String segment, String sourceRecord) {}

    /**
     * How the page is fed.
     *
     * @param trouble with Kafka; empty if there is none
     * @param unreadable records that were not as they should be
     */
    record Status(String bootstrapServers, String trouble, long unreadable, Instant at) {}

    /** What a viewer may choose among, and the model that is shown. */
    record Choices(Set<String> models, Set<String> segments, List<String> labels, String model) {}

    /** The page's sections, in the order in which they are sent. */
    record Sections(
            Status status,
            Choices choices,
            Speed.Shown speed,
            List<AlertImages.Shown> alerts,
            AccuracySummary accuracy,
            List<Sample> tags,
            Rejections.Shown rejections,
            ModelVersions.Shown models) {
        Map<String, Object> byName() {
            Map<String, Object> byName = new LinkedHashMap<>();
            byName.put("status", status);
            byName.put("choices", choices);
            byName.put("speed", speed);
            byName.put("alerts", alerts);
            byName.put("accuracy", accuracy);
            byName.put("tags", tags);
            byName.put("rejections", rejections);
            byName.put("models", models);
            return byName;
        }
    }

    /**
     * A view of nothing yet.
     *
     * @param samplesWanted is told which tags are to be shown, by {@link #add(Wanted, String, Optional)}
     */
    LiveView(StreamSettings.Kafka topics, Consumer<Wanted> samplesWanted) {
        this.topics = topics;
        this.samplesWanted = samplesWanted;
    }

    /** The topics that are to be fed. */
    static Map<String, From> followed(StreamSettings.Kafka topics) {
        return Map.of(
                topics.tagsTopic(), From.NEWEST_FEW,
                topics.rejectedTopic(), From.NEWEST_FEW,
                topics.accuracyTopic(), From.SINCE,
                topics.driftAlertsTopic(), From.BEGINNING,
                topics.baselinesTopic(), From.BEGINNING,
                topics.releaseOutcomesTopic(), From.SINCE);
    }

    /** Takes a record of one of the topics; what cannot be read is counted. */
    synchronized void accept(ConsumerRecord<byte[], byte[]> found) {
        try {
            read(found);
        } catch (IOException | RuntimeException e) {
            // Whatever others write to the topics must not end the page.
            unreadable++;
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> found) throws IOException {
        String topic = found.topic();
        if (topic.equals(topics.tagsTopic())) {
            tagged(JsonValues.read(found.value(), TagValue.class), found.headers());
        } else if (topic.equals(topics.rejectedTopic())) {
            rejected(found);
        } else if (topic.equals(topics.accuracyTopic())) {
            accuracy.add(JsonValues.read(found.value(), AccuracyValue.class));
        } else if (topic.equals(topics.driftAlertsTopic())) {
            String key = new String(found.key(), StandardCharsets.UTF_8);
            DriftAlertValue alert = JsonValues.read(found.value(), DriftAlertValue.class);
            alertImages.want(alert);
            alerts.add(key, alert);
        } else if (topic.equals(topics.baselinesTopic())) {
            accuracy.add(JsonValues.read(found.value(), BaselineValue.class));
        } else if (topic.equals(topics.releaseOutcomesTopic())) {
            models.outcome(JsonValues.read(found.value(), ReleaseOutcomeValue.class));
        }
    }

    private void tagged(TagValue tag, Headers headers) {
        speed.tagged(tag.taggedAt().toEpochMilli(), tag.eventTime().toEpochMilli());
        models.tagged(tag.modelVersion(), tag.taggedAt().toEpochMilli());
        String segment = text(headers, EventHeader.SEGMENT, "");
        if (samples.wants(tag.label(), segment, System.nanoTime())) {
            samplesWanted.accept(new Wanted(tag, segment, text(headers, EventHeader.SOURCE_RECORD, "")));
        }
    }

    private void rejected(ConsumerRecord<byte[], byte[]> found) {
        Instant at = Instant.parse(text(found.headers(), "at", ""));
        speed.rejected(at.toEpochMilli());
        rejections.add(new Rejections.One(
                found.key() == null ? "" : new String(found.key(), StandardCharsets.UTF_8),
                text(found.headers(), "reason", "unknown"),
                text(found.headers(), "detail", ""),
                at));
    }

    static String text(Headers headers, String name, String otherwise) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? otherwise
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Takes a sample that was wanted. */
    @Override
    public synchronized void add(Wanted wanted, String truth, Optional<byte[]> picture) {
        samples.add(new Sample(++sampleId, wanted.tag, wanted.segment, truth, picture));
    }

    @Override
    public synchronized Optional<String> wantedOfAlerts() {
        return alertImages.next();
    }

    @Override
    public synchronized void add(String place, Optional<byte[]> picture) {
        alertImages.add(place, picture);
    }

    synchronized Optional<byte[]> alertPicture(String place) {
        return alertImages.picture(place);
    }

    synchronized void trouble(String message) {
        trouble = message;
    }

    synchronized Optional<byte[]> picture(long sample) {
        return samples.picture(sample);
    }

    /** What a viewer sees; the accuracy is the very same as before if nothing of it has changed. */
    Sections sections(Filter asked) {
        Filter filter;
        AccuracyHistory.Chosen chosen;
        synchronized (this) {
            String model = asked.model().isEmpty()
                    ? models.current().or(accuracy::newestModel).orElse("")
                    : asked.model();
            filter = new Filter(model, asked.segment(), asked.label(), asked.windows());
            chosen = accuracy.chosen(filter);
        }
        // With many classes and viewers it takes long, and the topics must not wait for it.
        return sections(asked, filter, summaries.of(filter, chosen));
    }

    private synchronized Sections sections(Filter asked, Filter filter, AccuracySummary shown) {
        Set<String> versions = new TreeSet<>(accuracy.models());
        models.shown().versions().forEach(version -> versions.add(version.modelVersion()));
        List<String> labels =
                shown.classes().stream().map(AccuracySummary.OneClass::label).toList();
        return new Sections(
                new Status(topics.bootstrapServers(), trouble, unreadable, Instant.now()),
                new Choices(versions, accuracy.segments(), labels, filter.model()),
                speed.shown(System.currentTimeMillis()),
                alerts.shown(filter).stream().map(alertImages::shown).toList(),
                shown,
                samples.shown(asked),
                rejections.shown(),
                models.shown());
    }
}
