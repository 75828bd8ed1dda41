package aifactory.commandline.logging;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sets how much is logged, and in which form. */
public final class LogSettings {
    private static final List<String> NAMES = List.of("error", "warn", "info", "debug", "trace");
    /** Libraries whose information is noise to the people who read this log. */
    private static final List<String> LIBRARIES =
            List.of("org.eclipse.jetty", "io.javalin", "org.flywaydb", "io.netty", "org.jdbi");

    private static final Pattern PROCESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private LogSettings() {}

    /**
     * Logs from the configured level on, or from the usual one when none is configured. Libraries stay one level
     * quieter unless debugging is asked for.
     */
    public static void apply(Configuration configuration, String usual) {
        apply(configuration, usual, null);
    }

    /**
     * The same for a process that shares its log with others.
     *
     * @param process its name; null, or one with other characters than host names have, for none
     */
    public static void apply(Configuration configuration, String usual, @Nullable String process) {
        String name = configuration
                .given(ConfigurationKey.LOG_LEVEL)
                .orElse(usual)
                .strip()
                .toLowerCase(Locale.ROOT);
        // The seed's scripts set LOG_LEVEL=WARNING.
        String known = name.equals("warning") ? "warn" : name;
        if (!NAMES.contains(known)) {
            throw CommandFailure.wrongInput("log_level '" + name + "' is not known: "
                    + NearestName.of(known, NAMES)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("give one of " + String.join(", ", NAMES)));
        }
        Level level = Level.toLevel(known);
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
        for (String library : LIBRARIES) {
            logger(library).setLevel(Level.INFO.equals(level) ? Level.WARN : level);
        }
        applyFormat(
                String.valueOf(configuration
                                .setting(ConfigurationKey.LOG_FORMAT)
                                .value())
                        .strip()
                        .toLowerCase(Locale.ROOT),
                process != null && PROCESS.matcher(process).matches() ? process : "");
    }

    private static void applyFormat(String format, String process) {
        switch (format) {
            case "text" -> {
                // Without a name as it is from the start.
                if (!process.isEmpty()) {
                    LogConfigurator.writePlain(
                            logger(org.slf4j.Logger.ROOT_LOGGER_NAME).getLoggerContext(), process);
                }
            }
            case "json" ->
                LogConfigurator.writeJson(
                        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).getLoggerContext());
            default -> throw CommandFailure.wrongInput("log_format '" + format + "' is not known: give text or json");
        }
    }

    private static Logger logger(String name) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            return logger;
        }
        throw new IllegalStateException("Logback is not what SLF4J is bound to");
    }
}
