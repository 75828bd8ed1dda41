package aifactory.commandline.api;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import java.net.URI;

/** No answer from the Client Service: it may be restarting, so that who follows a run asks again. */
public final class ServiceUnreachableException extends CommandFailure {
    private static final long serialVersionUID = 1;

    ServiceUnreachableException(URI service, String reason) {
        super(
                ExitCode.UNAVAILABLE,
                "Client Service " + service + " cannot be reached: " + reason
                        + "; start one with 'aifactory serve', or name another with --service URL");
    }
}
