package aifactory.client.connection;

import aifactory.protocol.ConnectResponse;
import java.net.URI;

/** How a registration ended. */
public sealed interface RegistrationOutcome {
    /** @param service the address that took it */
    record Registered(URI service, ConnectResponse response) implements RegistrationOutcome {}

    /** Every address of the service that answered refused for good. */
    record Refused(URI service, int status, String detail) implements RegistrationOutcome {}

    /** @param lastReason of the last try that failed */
    record GaveUp(String lastReason) implements RegistrationOutcome {}

    /** The process received a signal to end meanwhile. */
    record Ended() implements RegistrationOutcome {}
}
