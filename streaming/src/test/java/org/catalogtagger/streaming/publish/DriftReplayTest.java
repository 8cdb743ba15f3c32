package org.catalogtagger.streaming.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.SettingsException;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.streaming.publish.DriftReplay.Event;
import org.catalogtagger.streaming.publish.DriftScenario.Look;
import org.catalogtagger.streaming.publish.DriftScenario.Mix;
import org.catalogtagger.streaming.publish.DriftScenario.Phase;
import org.catalogtagger.streaming.publish.DriftScenario.Relabel;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DriftReplayTest {
    private static final ImageSize SIZE = new ImageSize(60, 80);
    private static final int DRAWN = 400;

    @TempDir
    private static Path images;

    @BeforeAll
    static void drawSample() throws IOException {
        SampleCatalogue.write(images, 3, 1);
    }

    static List<String> builtIn() {
        return DriftScenario.BUILT_IN;
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void eachBuiltInScenarioCanBeReplayedOnTheSample(String name) throws IOException {
        DriftScenario scenario = DriftScenario.named(name);
        DriftReplay replay = replay(scenario);
        for (Phase phase : scenario.phases()) {
            assertThat(replay.next(phase).image()).isNotEmpty();
            assertThat(phase.describe()).isNotEmpty();
        }
        assertThat(scenario.events()).isEqualTo(30_000);
    }

    @Test
    void darkensWhatThePhaseDarkens() throws Exception {
        double before = brightness(draw(new Phase(DRAWN, null, null, null, null)));
        double after = brightness(draw(new Phase(DRAWN, 0.7, null, null, null)));
        assertThat(after / before).isCloseTo(0.7, within(0.02));
    }

    @Test
    void changesTheLookOfOneClassOnly() throws Exception {
        List<Event> events = draw(new Phase(DRAWN, null, new Look("Watches", 1.0), null, null));
        List<Event> watches = of("Watches", events);
        List<Event> others = new ArrayList<>(events);
        others.removeAll(watches);
        assertThat(brightness(watches)).isLessThan(128);
        assertThat(brightness(others)).isGreaterThan(128);
    }

    @Test
    void relabelsTheShareAndDrawsAClassMoreOften() throws Exception {
        List<Event> relabelled =
                draw(new Phase(DRAWN, null, null, new Relabel("Watches", "Clocks", 0.5), new Mix("Watches", 30.0)));
        double clocks = of("Clocks", relabelled).size();
        double watches = of("Watches", relabelled).size();
        assertThat(clocks / (clocks + watches)).isCloseTo(0.5, within(0.1));
        assertThat((clocks + watches) / DRAWN).as("30 of 45").isCloseTo(2 / 3.0, within(0.1));
    }

    @Test
    void isTheSameAgainAndEveryProductAnother() throws Exception {
        Phase phase = new Phase(DRAWN, null, new Look("Ties", 0.5), null, null);
        List<Event> events = draw(phase);
        assertThat(events).usingRecursiveComparison().isEqualTo(draw(phase));
        assertThat(events.stream().map(Event::productId).distinct()).hasSize(DRAWN);
    }

    @Test
    void aPartOfOneClassIsDrawnFromHoweverRareItIsToBe() throws Exception {
        ImageFolder folder = ImageFolder.scan(images);
        int watches = folder.classes().indexOf("Watches");
        List<Entry> alone = folder.images().stream()
                .filter(image -> image.classIndex() == watches)
                .toList();
        Phase rare = new Phase(5, null, null, null, new Mix("Watches", 1e-300));
        DriftReplay replay = new DriftReplay(new DriftScenario(1L, List.of(rare)), List.of(alone), folder.classes());
        assertThat(replay.next(rare).label()).isEqualTo("Watches");
    }

    /** Of 30 images the first part has 20: two thirds of the events, over both phases. */
    @Test
    void onePartComesAfterTheOtherEachForItsShareOfTheEvents() throws Exception {
        List<Entry> all = ImageFolder.scan(images).images().subList(0, 30);
        List<List<Entry>> parts = List.of(all.subList(0, 20), all.subList(20, 30));
        Phase first = new Phase(100, null, null, null, null);
        Phase second = new Phase(50, 0.5, null, null, null);
        DriftReplay replay = new DriftReplay(
                new DriftScenario(1L, List.of(first, second)),
                parts,
                ImageFolder.scan(images).classes());
        List<Entry> drawn = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            drawn.add(replay.next(i < 100 ? first : second).source());
        }
        assertThat(parts.get(0)).containsAll(drawn.subList(0, 100));
        assertThat(parts.get(1)).containsAll(drawn.subList(100, 150));
        assertThat(drawn.stream().distinct().count()).as("at random").isGreaterThan(20);
    }

    @Test
    void namesWhatIsWrong(@TempDir Path folder) throws IOException {
        DriftScenario unknown = new DriftScenario(1L, List.of(new Phase(1, null, new Look("Hats", 1.0), null, null)));
        assertThatThrownBy(() -> replay(unknown))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("the class 'Hats', but there are only Backpacks, ");
        Path file = folder.resolve("mine.yaml");
        Files.writeString(
                file, "{seed: 1, phases: [{events: 0, brightness: -1, relabel: {label: A, as: A, share: 2}}]}");
        assertThatThrownBy(() -> DriftScenario.named(file.toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("phases[0].events: must be greater than 0")
                .hasMessageContaining("phases[0].brightness: must be greater than 0")
                .hasMessageContaining("as must be another label")
                .hasMessageContaining("phases[0].relabel.share: must be at most 1");
    }

    private static DriftReplay replay(DriftScenario scenario) throws IOException {
        ImageFolder folder = ImageFolder.scan(images);
        return new DriftReplay(scenario, List.of(folder.images()), folder.classes());
    }

    private static List<Event> draw(Phase phase) throws IOException {
        DriftReplay replay = replay(new DriftScenario(1L, List.of(phase)));
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < phase.events(); i++) {
            events.add(replay.next(phase));
        }
        return events;
    }

    private static List<Event> of(String label, List<Event> events) {
        return events.stream().filter(event -> event.label().equals(label)).toList();
    }

    private static double brightness(List<Event> events) throws Exception {
        ImageDecoder decoder = new ImageDecoder(SIZE, ImageLimits.DEFAULT);
        double sum = 0;
        for (Event event : events) {
            for (byte level : decoder.decode(event.image())) {
                sum += level & 0xff;
            }
        }
        return sum / events.size() / SIZE.pixels();
    }
}
