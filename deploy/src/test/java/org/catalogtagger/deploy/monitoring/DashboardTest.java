package org.catalogtagger.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.catalogtagger.cli.SettingsFile;
import org.junit.jupiter.api.Test;

/** What Grafana would only say when a person looks. */
class DashboardTest {
    private static final int COLUMNS = 24;

    private final Dashboard dashboard = Dashboard.read();

    DashboardTest() throws IOException {}

    @Test
    void panelsHaveIdsOfTheirOwn() {
        assertThat(dashboard.panels())
                .hasSizeGreaterThan(30)
                .extracting(panel -> panel.path("id").asInt())
                .doesNotHaveDuplicates()
                .doesNotContain(0);
    }

    @Test
    void panelsLieBesideEachOther() {
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : dashboard.panels()) {
            JsonNode place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(COLUMNS);
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    String cell = (place.path("x").asInt() + x) + ","
                            + (place.path("y").asInt() + y);
                    assertThat(taken.add(cell))
                            .as("%s at %s", panel.path("title").asText(), cell)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void allAsksTheDataSourceThatIsChosen() {
        assertThat(dashboard.root().findValues("datasource"))
                .hasSizeGreaterThan(30)
                .allSatisfy(source -> assertThat(source.path("uid").asText()).isEqualTo("${datasource}"));
        assertThat(dashboard.panels())
                .filteredOn(panel -> !panel.path("type").asText().equals("row"))
                .allSatisfy(panel -> assertThat(panel.has("datasource")).isTrue());
    }

    @Test
    void itsVariablesAreThoseThatItUses() {
        assertThat(dashboard.variablesUsed()).containsExactlyInAnyOrderElementsOf(dashboard.variables());
    }

    /** Else it would ask nobody at first. */
    @Test
    void theDataSourceOfItsOwnIsTheOneThatIsProvisioned() throws IOException {
        JsonNode source = SettingsFile.read(
                        AlertRules.MONITORING.resolve("grafana/provisioning/datasources/prometheus.yaml"))
                .tree()
                .path("datasources")
                .path(0);
        assertThat(dashboard.root().at("/templating/list/0/current/value").asText())
                .isEqualTo(source.path("uid").asText());
        String scraped = SettingsFile.read(AlertRules.MONITORING.resolve("prometheus.yaml"))
                .tree()
                .at("/global/scrape_interval")
                .asText();
        assertThat(source.at("/jsonData/timeInterval").asText()).isEqualTo(scraped);
    }

    @Test
    void eachPanelSaysWhatItShowsAndItsLinksLeadToTheRunbook() throws IOException {
        Set<String> anchors = Runbook.anchors();
        assertThat(dashboard.panels())
                .filteredOn(panel -> !panel.path("type").asText().equals("row"))
                .allSatisfy(panel -> {
                    assertThat(panel.path("description").asText()).endsWith(".");
                    assertThat(panel.path("fieldConfig")
                                    .path("defaults")
                                    .path("unit")
                                    .asText())
                            .isNotEmpty();
                    for (String url : panel.path("links").findValuesAsText("url")) {
                        assertThat(url).startsWith("${runbook}#");
                        assertThat(anchors).contains(url.substring(url.indexOf('#') + 1));
                    }
                });
    }

    @Test
    void eachAlertHasAPanelThatLeadsToItsRunbook() throws IOException {
        List<String> urls = dashboard.root().findValuesAsText("url");
        assertThat(AlertRules.read()).allSatisfy(alert -> assertThat(urls)
                .contains("${runbook}" + alert.runbook().replaceFirst(".*#", "#")));
    }
}
