package org.catalogtagger.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catalogtagger.streaming.commands.StreamApplication;
import org.catalogtagger.streaming.commands.Tagger;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** Holds {@code compose.yaml} to what there is: commands, settings, files. That it runs, {@code .ci/compose} shows. */
class ComposeTest {
    private static final Path FOLDER = Path.of("compose");
    /** Also in a line for the shell. */
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w/-])tagger ([^;&|]+)");

    private static final String SETTINGS_INSIDE = "/opt/catalog-tagger/settings/stream.yaml";

    @Test
    void eachCommandOfOursIsOne() throws IOException {
        List<String> commands = new ArrayList<>();
        for (JsonNode service : services().values()) {
            List<String> words = words(service.path("entrypoint"));
            words.addAll(words(service.path("command")));
            Matcher command = COMMAND.matcher(String.join(" ", words));
            while (command.find()) {
                commands.add(command.group(1).strip());
            }
        }
        assertThat(commands).hasSize(6).allSatisfy(command -> new CommandLine(new Tagger())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(command.split(" +", -1)));
    }

    @Test
    void theJobIsStartedByItsEntryPointAndItsSettings() throws IOException {
        List<String> command = words(service("jobmanager").path("command"));
        assertThat(command)
                .containsExactly(
                        "standalone-job", "--job-classname", StreamApplication.class.getName(), SETTINGS_INSIDE);
        StreamSettings settings = StreamSettings.read(FOLDER.resolve("stream.yaml"), Map.of());
        assertThat(settings.kafka().bootstrapServers()).isEqualTo("kafka:19092");
        assertThat(service("kafka")
                        .path("environment")
                        .path("KAFKA_ADVERTISED_LISTENERS")
                        .asText())
                .contains("//" + settings.kafka().bootstrapServers());
    }

    @Test
    void whatIsMountedIsThere() throws IOException {
        for (JsonNode service : services().values()) {
            for (String volume : words(service.path("volumes"))) {
                String source = volume.substring(0, volume.indexOf(':'));
                if (source.startsWith(".")) {
                    assertThat(FOLDER.resolve(source)).exists();
                } else {
                    assertThat(compose().path("volumes").has(source)).as(source).isTrue();
                }
            }
        }
    }

    @Test
    void onlyThisMachineReachesThePorts() throws IOException {
        List<String> ports = new ArrayList<>();
        services().values().forEach(service -> ports.addAll(words(service.path("ports"))));
        assertThat(ports).hasSize(5).allSatisfy(port -> assertThat(port).matches("127\\.0\\.0\\.1:\\d+:\\d+"));
    }

    @Test
    void imagesAreOfOneVersionEach() throws IOException {
        assertThat(services().values())
                .extracting(service -> service.path("image").asText())
                .allSatisfy(image -> assertThat(image).matches("[a-z/-]+:v?\\d+\\.\\d+\\.\\d+(-[A-Za-z0-9]+)?"));
    }

    @Test
    void ourContainersWriteNothingIntoTheImageAndAreNotRoot() throws IOException {
        String ours = defaults().get("TAGGER_IMAGE");
        assertThat(services().values())
                .filteredOn(service -> service.path("image").asText().equals(ours))
                .hasSize(6)
                .allSatisfy(service -> {
                    assertThat(service.path("read_only").asBoolean()).isTrue();
                    assertThat(service.path("user").asText()).isEqualTo("9999:0");
                    assertThat(words(service.path("cap_drop"))).containsExactly("ALL");
                });
    }

    @Test
    void theImageGivesFlinkTheMemorySettingsOfTheLauncher() throws IOException {
        String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
        Matcher setting = Pattern.compile("export (MALLOC_\\w+)=\\$\\{\\w+:-(\\d+)}")
                .matcher(Files.readString(Path.of("bin/native-memory")));
        int settings = 0;
        while (setting.find()) {
            assertThat(dockerfile).contains(setting.group(1) + "=" + setting.group(2) + " ");
            settings++;
        }
        assertThat(settings).isEqualTo(4);
    }

    private static JsonNode service(String name) throws IOException {
        return compose().path("services").path(name);
    }

    private static Map<String, JsonNode> services() throws IOException {
        Map<String, JsonNode> services = new HashMap<>();
        compose().path("services").properties().forEach(service -> services.put(service.getKey(), service.getValue()));
        return services;
    }

    /** As Compose reads it: with the defaults put in, and what {@code <<} refers to. */
    private static JsonNode compose() throws IOException {
        String text = Files.readString(FOLDER.resolve("compose.yaml"));
        for (Map.Entry<String, String> one : defaults().entrySet()) {
            text = text.replace("${" + one.getKey() + "}", one.getValue());
        }
        text = text.replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
        assertThat(text).doesNotContain("${");
        Object merged = new Yaml().load(text);
        return new YAMLMapper().valueToTree(merged);
    }

    private static Map<String, String> defaults() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(FOLDER.resolve(".env"))) {
            properties.load(in);
        }
        Map<String, String> defaults = new HashMap<>();
        properties.forEach((name, value) -> defaults.put((String) name, (String) value));
        return defaults;
    }

    private static List<String> words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }
}
