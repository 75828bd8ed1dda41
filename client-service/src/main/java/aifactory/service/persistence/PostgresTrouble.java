package aifactory.service.persistence;

import aifactory.service.PostgresAddress;
import java.sql.SQLException;

/** Why PostgreSQL cannot be used, and what to do. Stateless. */
final class PostgresTrouble {
    private PostgresTrouble() {}

    static String atOpening(PostgresAddress address, Exception failure) {
        String words = Database.rootMessage(failure);
        String state = state(failure);
        String remedy = switch (state) {
            case "28P01", "28000" ->
                "check the user, and its password in ~/.pgpass, PGPASSWORD or database_password_file";
            case "3D000" -> "create the database first: createdb NAME";
            case "42501" ->
                "the user may not create tables there: GRANT CREATE ON SCHEMA public, or make it the database's owner";
            case "53300" -> "the server has no free connection: raise max_connections or end others";
            default ->
                state.startsWith("08")
                        ? "check host and port, and that the server runs and lets this machine in (pg_hba.conf)"
                        : "look at the server's log";
        };
        return "the database " + address + " cannot be used: " + words + "; " + remedy;
    }

    private static String state(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }
}
