package aifactory.engine.loop;

import java.io.IOException;

/** The process has opened as many connections as it may, less what it keeps back for itself. */
final class NoFileLeftException extends IOException {
    private static final long serialVersionUID = 1;

    NoFileLeftException() {
        super("this client has reached its limit of open files: raise 'ulimit -n' for the clients, or use more"
                + " clients");
    }
}
