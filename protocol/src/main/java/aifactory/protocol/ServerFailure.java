package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a server did not get ready, or is not there any more.
 *
 * @param message the cause and the remedy, for users
 * @param exitCode of its process, 128 and the signal's number where one ended it; null while it runs
 * @param lastLines of its log
 * @param epochMillis when that was noticed
 */
public record ServerFailure(
        Cause cause, String message, @Nullable Integer exitCode, List<String> lastLines, long epochMillis) {

    /** The same, noticed at another time. */
    public ServerFailure noticed(long newEpochMillis) {
        return new ServerFailure(cause, message, exitCode, lastLines, newEpochMillis);
    }

    /** The kinds of failure that can be distinguished. */
    public enum Cause {
        PORT_TAKEN,
        OUT_OF_GPU_MEMORY,
        MODEL_NOT_FOUND,
        COMMAND_NOT_FOUND,
        WRONG_ARGUMENTS,
        IMAGE_UNUSABLE,
        NO_ANSWER_IN_TIME,
        WRONG_ANSWER,
        ENDED,
        KILLED,
        /** The process that monitors the server no longer reports. */
        SILENT
    }

    /** The message and the last lines, for a terminal. */
    public String inWords() {
        return lastLines.isEmpty() ? message : message + "; its last lines: " + String.join(" | ", lastLines);
    }
}
