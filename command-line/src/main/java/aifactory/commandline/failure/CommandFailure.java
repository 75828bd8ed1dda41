package aifactory.commandline.failure;

import org.jspecify.annotations.Nullable;

/** Ends a command with an exit code and a one-line message. The message names the value at fault and the remedy. */
public class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Wrong usage or input. */
    public static CommandFailure wrongInput(String message) {
        return new CommandFailure(ExitCode.WRONG_INPUT, message);
    }

    /** Something that has to be reached cannot be. */
    public static CommandFailure unavailable(String message) {
        return new CommandFailure(ExitCode.UNAVAILABLE, message);
    }

    /** A wait that took longer than was allowed. */
    public static CommandFailure timedOut(String message) {
        return new CommandFailure(ExitCode.NOT_VALID, message);
    }

    /** Interrupted before there was anything to keep. */
    public static CommandFailure interrupted() {
        return new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
