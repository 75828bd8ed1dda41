package aifactory.service.persistence;

import java.nio.file.Path;
import java.sql.SQLException;

/** Why a SQLite database cannot be opened, and what to do: one sentence for each cause. Stateless. */
final class SqliteTrouble {
    private static final int BUSY = 5;
    private static final int READONLY = 8;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int NOTADB = 26;

    private SqliteTrouble() {}

    static String damaged(Path file, String words) {
        return "the database " + file + " is damaged (" + words
                + "): restore it from a copy, or move it away with service.db-wal and service.db-shm to start with an"
                + " empty database; its data will be lost";
    }

    static String atOpening(Path file, Exception failure) {
        String words = Database.rootMessage(failure);
        return switch (code(failure)) {
            case NOTADB, CORRUPT -> damaged(file, words);
            case FULL, IOERR ->
                "the database " + file + " cannot be opened, since the disk is full or fails (" + words
                        + "): free disk space on " + file.getParent() + ", or choose another directory with --data-dir";
            case READONLY, CANTOPEN ->
                "the database " + file + " cannot be written (" + words + "): correct the permissions of it and of "
                        + file.getParent() + ", or choose another directory with --data-dir";
            case BUSY ->
                "the database " + file + " is locked by another program: does another Client Service use "
                        + file.getParent() + "? End it, or choose another directory with --data-dir";
            default ->
                "the database " + file + " cannot be opened: " + words + "; look at " + file.getParent()
                        + ", or choose another directory with --data-dir";
        };
    }

    private static int code(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
                return sql.getErrorCode() & 0xff;
            }
        }
        return 0;
    }
}
