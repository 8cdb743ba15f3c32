package org.catalogtagger.streaming.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownSettingsTest {
    @Test
    void onlyWhatDiffersFromTheDefaultsIsShown() {
        assertThat(shown("{kafka: {bootstrapServers: 'localhost:9092'}, model: {bundle: my/model}}"))
                .hasLineCount(2)
                .contains("kafka.bootstrapServers localhost:9092", "model.bundle my/model");
    }

    @Test
    void aGroupIsOneLine() {
        assertThat(
                        shown(
                                """
                        kafka: {bootstrapServers: 'h:1', delivery: at-least-once, properties: {security.protocol: SASL_SSL}}
                        model: {bundle: m}
                        accuracy: {window: 5 min, step: 10 s}
                        images: {fetch: {allow: ['https://a.example', 's3://b/c'], parallel: 64}}
                        """))
                .hasLineCount(4)
                .contains("kafka.delivery at-least-once, kafka.properties.security.protocol SASL_SSL")
                .contains("accuracy.window 5 min\n")
                .contains("images.fetch.allow [https://a.example, s3://b/c], images.fetch.parallel 64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka: {properties: {ssl.keystore.key: hunter2}}",
                "kafka: {properties: {ssl.keystore.certificate.chain: hunter2}}",
                "kafka: {properties: {basic.auth.user.info: 'a:hunter2'}}",
                "kafka: {properties: {sasl.jaas.config: hunter2}}",
                "kafka: {properties: {sasl.oauthbearer.token.endpoint.url: 'https://x/?t=hunter2'}}",
                "kafka: {properties: {whatever.comes.next: hunter2}}",
                "kafka: {properties: {retries: 10 s}}",
                "flink: {checkpointDirectory: 's3://KEY:hunter2@bucket/checkpoints'}",
                "flink: {checkpointDirectory: 's3://KEY:hun/hunter2@bucket/checkpoints'}",
                "flink: {checkpointDirectory: 'abfs://c@a/checkpoints?sig=hunter2'}"
            })
    void noSecretIsShown(String more) {
        String rest = more.startsWith("kafka")
                ? more.replace("kafka: {", "kafka: {bootstrapServers: 'h:1', ")
                : "kafka: {bootstrapServers: 'h:1'}\n" + more;
        assertThat(shown(rest + "\nmodel: {bundle: m}\n"))
                .doesNotContain("hunter2", "10 s")
                .contains("(not shown)");
    }

    @Test
    void thePlaceOfACheckpointIsShownWithoutItsCredentials() {
        assertThat(
                        shown(
                                """
                        {kafka: {bootstrapServers: 'h:1'}, model: {bundle: m},
                         flink: {checkpointDirectory: 's3://KEY:SEC/RET@bucket/checkpoints'}}
                        """))
                .contains("flink.checkpointDirectory s3://(not shown)@bucket/checkpoints");
    }

    @Test
    void ofALineOnlyWhatAUriHasOfASecretIsHidden() {
        String question = "no Kafka at h:1: is the password right?; the job tries again";
        assertThat(ShownSettings.withoutCredentials(question)).isEqualTo(question);
        assertThat(ShownSettings.withoutCredentials("is it there? no: abfs:/c/x?sig=hunter2"))
                .isEqualTo("is it there? no: abfs:/c/x?(not shown)");
    }

    private static String shown(String yaml) {
        return ShownSettings.of(StreamSettings.parse("s.yaml", yaml));
    }
}
