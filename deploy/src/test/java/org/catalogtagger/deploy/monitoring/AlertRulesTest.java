package org.catalogtagger.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.regex.Pattern;
import org.catalogtagger.deploy.monitoring.AlertRules.Alert;
import org.junit.jupiter.api.Test;

/** What promtool does not look at. */
class AlertRulesTest {
    @Test
    void eachAlertLeadsToTheSectionOfItsNameInTheRunbook() throws Exception {
        assertThat(AlertRules.read()).hasSizeGreaterThan(10).allSatisfy(alert -> {
            assertThat(alert.runbook())
                    .isEqualTo("deploy/README.md#" + alert.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(Runbook.anchors()).contains(alert.runbook().replaceFirst(".*#", ""));
        });
    }

    @Test
    void eachAlertIsTestedWhereItIsRaisedAndWhereItIsNot() throws Exception {
        String tests = Files.readString(AlertRules.MONITORING.resolve("alerts-test.yaml"));
        assertThat(AlertRules.read()).extracting(Alert::name).allSatisfy(name -> {
            assertThat(tests).contains("alertname: " + name + "}");
            assertThat(tests)
                    .containsPattern(Pattern.compile(
                            "alertname: " + name + "(, |\\n *)exp_alerts: *(&\\w+|\\*\\w+)?\\n? *(- |\\})"));
        });
    }

    /** Else an alert of one job would be hidden by another in the same Prometheus. */
    @Test
    void eachAlertNamesItsJob() throws Exception {
        assertThat(AlertRules.read()).allSatisfy(alert -> {
            assertThat(alert.expression()).doesNotContainPattern("\\b(sum|max|count|group) *\\(");
            assertThat(alert.expression()).contains("by (job_name");
            assertThat(alert.summary()).contains("$labels.job_name");
        });
    }

    @Test
    void shortenedRulesAreTheSameButForTheirTimes() throws Exception {
        String shortened = AlertRules.shortened(1);
        assertThat(shortened).contains("[15s]", "offset 40s", "[80s] offset 40s", "for: 2s", "> 1\n");
        assertThat(shortened).doesNotContainPattern("(\\[|offset |for: )\\d+[mhd]");
    }
}
