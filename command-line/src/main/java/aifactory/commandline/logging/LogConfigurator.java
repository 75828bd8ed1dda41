package aifactory.commandline.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Configures Logback when the first logger is asked for: plain lines on standard error, warnings and worse. In code,
 * because looking for files and parsing XML would take longer than most commands.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    /** What a terminal would carry out, or reorder. */
    private static final String CONTROLS = "[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069&&[^\\n\\t]]";
    /** Of an exception only here, since its message may repeat what a server said. */
    private static final String PATTERN =
            "%logger{24} - %replace(%msg){'" + CONTROLS + "', '?'}%n%replace(%ex){'" + CONTROLS + "', '?'}%nopex";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        writeTo(context, plainLines(""));
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * From now on one JSON object a line, with {@code benchmark_id} and {@code client_id} where a line is about one.
     */
    static void writeJson(LoggerContext context) {
        writeTo(context, jsonObjects());
    }

    /** From now on plain lines with the name of the process, for a log that several processes write. */
    static void writePlain(LoggerContext context, String process) {
        writeTo(context, plainLines(process));
    }

    /** @param process a name of letters, digits, dots, hyphens and underscores, empty for none */
    static PatternLayoutEncoder plainLines(String process) {
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setPattern("%d{HH:mm:ss.SSS} %-5level " + (process.isEmpty() ? "" : process + " ") + PATTERN);
        return lines;
    }

    static JsonEncoder jsonObjects() {
        JsonEncoder objects = new JsonEncoder();
        // What the line says already, or what only the library's own tools read.
        objects.setWithContext(false);
        objects.setWithSequenceNumber(false);
        objects.setWithNanoseconds(false);
        objects.setWithMessage(false);
        objects.setWithArguments(false);
        objects.setWithFormattedMessage(true);
        return objects;
    }

    private static void writeTo(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("standard error");
        appender.setTarget(ConsoleTarget.SystemErr.getName());
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
    }
}
