package aifactory.commandline.composition;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.service.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the Client Service keeps its state, by the configuration; a password comes from where others cannot read it.
 */
public final class DatabaseAddress {
    private DatabaseAddress() {}

    /** Null for the data directory. */
    public static @Nullable PostgresAddress of(Session session, Configuration configuration) {
        String url = configuration.given(ConfigurationKey.DATABASE_URL).orElse(null);
        if (url == null) {
            return null;
        }
        try {
            return PostgresAddress.parse(url.strip(), password(session, configuration));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("database_url: " + e.getMessage());
        }
    }

    private static @Nullable String password(Session session, Configuration configuration) {
        String named =
                configuration.given(ConfigurationKey.DATABASE_PASSWORD_FILE).orElse(null);
        if (named == null) {
            String given = session.environment().get("PGPASSWORD");
            return given == null || given.isEmpty() ? null : given;
        }
        Path file = session.resolve(named);
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"))) {
                throw CommandFailure.wrongInput(
                        "others can read database_password_file " + file + "; run: chmod 600 " + file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw CommandFailure.wrongInput("database_password_file " + file + " cannot be read: " + e.getMessage());
        }
    }
}
