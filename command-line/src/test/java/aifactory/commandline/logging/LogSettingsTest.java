package aifactory.commandline.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LogSettingsTest {
    @Test
    void aJsonLineTellsWhatItIsAboutAndIsOneLineWhateverItSays() {
        LoggerContext context = new LoggerContext();
        LogbackMDCAdapter about = new LogbackMDCAdapter();
        context.setMDCAdapter(about);
        about.put("benchmark_id", "7");
        about.put("client_id", "3");
        Logger logger = context.getLogger("aifactory.service.Somewhere");
        JsonEncoder encoder = LogConfigurator.jsonObjects();
        encoder.setContext(context);
        encoder.start();

        String line = new String(
                encoder.encode(new LoggingEvent(
                        "",
                        logger,
                        Level.WARN,
                        "lost {}: \"{}\"",
                        new IllegalStateException("first line\nsecond line"),
                        new Object[] {"node1", "a\nb"})),
                StandardCharsets.UTF_8);

        assertThat(line.lines()).hasSize(1);
        JsonNode told = JsonMapper.shared().readTree(line);
        assertThat(told.path("level").asString("")).isEqualTo("WARN");
        assertThat(told.path("timestamp").asLong(0)).isPositive();
        assertThat(told.path("loggerName").asString("")).isEqualTo("aifactory.service.Somewhere");
        assertThat(told.path("formattedMessage").asString("")).isEqualTo("lost node1: \"a\nb\"");
        assertThat(told.path("mdc").path("benchmark_id").asString("")).isEqualTo("7");
        assertThat(told.path("mdc").path("client_id").asString("")).isEqualTo("3");
        assertThat(told.path("throwable").path("message").asString("")).isEqualTo("first line\nsecond line");
    }

    @Test
    void aPlainLineDoesNothingToTheTerminalAndNorDoesWhatWasThrown() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        PatternLayoutEncoder encoder = LogConfigurator.plainLines("");
        encoder.setContext(context);
        encoder.start();
        String hostile = "a\u001b]0;title\u0007\u001b[2J\u009b1A\rb\u202ec";

        String lines = new String(
                encoder.encode(new LoggingEvent(
                        "",
                        context.getLogger("aifactory.service.Somewhere"),
                        Level.ERROR,
                        "failed: {}",
                        new IllegalStateException("outer " + hostile, new IllegalArgumentException("inner " + hostile)),
                        new Object[] {hostile})),
                StandardCharsets.UTF_8);

        assertThat(lines)
                .contains("failed: a?]0;title??[2J?1A?b?c", "outer a?]0", "Caused by:", "inner a?]0", "\tat ")
                .doesNotContainPattern("[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069&&[^\\n\\t]]");
    }

    @Test
    void aPlainLineOfAClientHasTheNameOfItsProcess() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        PatternLayoutEncoder encoder = LogConfigurator.plainLines("node_017.cluster-a");
        encoder.setContext(context);
        encoder.start();

        String line = new String(
                encoder.encode(new LoggingEvent(
                        "",
                        context.getLogger("aifactory.client.Somewhere"),
                        Level.INFO,
                        "registered",
                        null,
                        new Object[0])),
                StandardCharsets.UTF_8);

        assertThat(line).matches("[0-9:.]+ INFO  node_017.cluster-a .*Somewhere - registered\n");
    }
}
