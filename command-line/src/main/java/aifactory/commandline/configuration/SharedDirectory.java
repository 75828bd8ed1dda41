package aifactory.commandline.configuration;

import aifactory.commandline.session.Session;
import java.nio.file.Path;

/** What the Client Service shares with the nodes: logs, job scripts, group secrets, the program itself. */
public final class SharedDirectory {
    private SharedDirectory() {}

    /** As configured, else in the home directory, which nearly every cluster's nodes see. */
    public static Path usual(Session session, Configuration configuration) {
        return configuration
                .given(ConfigurationKey.SHARED_DIR)
                .map(session::resolve)
                .orElseGet(() -> session.homeDirectory()
                        .resolve(".local")
                        .resolve("share")
                        .resolve("aifactory")
                        .resolve("shared"));
    }
}
