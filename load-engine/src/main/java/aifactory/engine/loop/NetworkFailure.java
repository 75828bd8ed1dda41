package aifactory.engine.loop;

import aifactory.measurement.FailureKind;
import io.netty.channel.ConnectTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the network was.
 *
 * @param detail the system's words
 */
record NetworkFailure(FailureKind kind, String detail) {

    static NetworkFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < 10; depth++) {
            FailureKind kind = kindOf(cause);
            if (kind != null) {
                return new NetworkFailure(kind, words(cause));
            }
            if (cause.getCause() == null) {
                break;
            }
            cause = cause.getCause();
        }
        return new NetworkFailure(FailureKind.CONNECTION_RESET, words(failure));
    }

    private static @Nullable FailureKind kindOf(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return FailureKind.CONNECT_TIMEOUT;
        }
        if (cause instanceof UnknownHostException) {
            return FailureKind.NAME_RESOLUTION;
        }
        if (cause instanceof SSLException) {
            return FailureKind.TLS_HANDSHAKE;
        }
        String words = words(cause).toLowerCase(Locale.ROOT);
        if (words.contains("connection refused")) {
            return FailureKind.CONNECTION_REFUSED;
        }
        if (words.contains("too many open files")) {
            return FailureKind.OUT_OF_FILES;
        }
        if (words.contains("cannot assign requested address") || words.contains("address already in use")) {
            return FailureKind.OUT_OF_PORTS;
        }
        if (words.contains("timed out")) {
            return FailureKind.CONNECT_TIMEOUT;
        }
        return null;
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
