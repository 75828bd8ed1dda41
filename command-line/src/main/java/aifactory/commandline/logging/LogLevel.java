package aifactory.commandline.logging;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Sets how much is logged. */
public final class LogLevel {
    private static final List<String> NAMES = List.of("error", "warn", "info", "debug", "trace");
    /** Libraries whose information is noise to the people who read this log. */
    private static final List<String> LIBRARIES =
            List.of("org.eclipse.jetty", "io.javalin", "org.flywaydb", "io.netty", "org.jdbi");

    private LogLevel() {}

    /**
     * Logs from the configured level on, or from the usual one when none is configured. Libraries stay one level quieter
     * unless debugging is asked for.
     */
    public static void apply(Configuration configuration, String usual) {
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
    }

    private static Logger logger(String name) {
        if (LoggerFactory.getLogger(name) instanceof Logger logger) {
            return logger;
        }
        throw new IllegalStateException("Logback is not what SLF4J is bound to");
    }
}
