package aifactory.commandline.failure;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says in a few words why an exchange over HTTP failed: the JDK's own messages are often empty. */
public final class UnreachableReason {
    private UnreachableReason() {}

    /** The reason behind the failure. */
    public static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "the host name does not resolve";
            }
        }
        return switch (failure) {
            case HttpConnectTimeoutException e -> "no connection within the time allowed";
            case HttpTimeoutException e -> "no answer within the time allowed";
            case TimeoutException e -> "no complete answer within the time allowed";
            case ConnectException e -> "connection refused";
            case SSLException e -> "the TLS handshake failed (" + e.getMessage() + ")";
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }
}
