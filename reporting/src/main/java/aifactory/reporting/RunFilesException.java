package aifactory.reporting;

import java.io.IOException;

/**
 * The files of a run cannot be written or read. The message is one line that names the file, the cause and the remedy.
 */
public final class RunFilesException extends IOException {
    private static final long serialVersionUID = 1;

    public RunFilesException(String message) {
        super(message);
    }

    public RunFilesException(String message, Throwable cause) {
        super(message, cause);
    }
}
