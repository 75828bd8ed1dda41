package aifactory.commandline.composition;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.servermetrics.EngineTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The engines whose metrics the Client Service reads: those that the program knows, and those of the site's file. */
final class ServerEngines {
    private ServerEngines() {}

    static EngineTable of(Session session, Configuration configuration) {
        String named = configuration.given(ConfigurationKey.SERVER_METRICS_FILE).orElse(null);
        if (named == null) {
            return EngineTable.builtIn();
        }
        Path file = session.resolve(named);
        try {
            return EngineTable.builtIn().with(Files.readString(file));
        } catch (IOException e) {
            throw CommandFailure.wrongInput("server_metrics_file " + file + " cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("server_metrics_file " + file + ": " + e.getMessage());
        }
    }
}
