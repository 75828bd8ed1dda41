package aifactory.engine.loop;

import aifactory.measurement.FailureKind;
import io.netty.channel.ConnectTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the network was.
 *
 * @param detail the system's words
 */
record NetworkFailure(FailureKind kind, String detail) {
    private static final int MOST_CAUSES = 10;

    static NetworkFailure of(Throwable failure) {
        if (isOf(failure, SSLException.class)) {
            return tls(failure);
        }
        Throwable cause = failure;
        for (int depth = 0; depth < MOST_CAUSES; depth++) {
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

    /** What the outer exceptions wrap says more than they do. */
    private static NetworkFailure tls(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < MOST_CAUSES && cause != null; depth++) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return new NetworkFailure(FailureKind.TLS_EXPIRED, "the server's certificate: " + words(cause));
            }
            if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return cause.getCause() instanceof CertificateExpiredException
                        ? new NetworkFailure(FailureKind.TLS_EXPIRED, "the server's certificate: " + words(cause))
                        : new NetworkFailure(
                                FailureKind.TLS_UNTRUSTED,
                                "no trusted authority signed the server's certificate: name its CA's file with"
                                        + " tls.ca_file (" + words(cause) + ")");
            }
            // The virtual machine's own check of the host name has no type of its own.
            if (cause.getClass() == CertificateException.class) {
                return new NetworkFailure(FailureKind.TLS_HOST_NAME, words(cause));
            }
            cause = cause.getCause();
        }
        return new NetworkFailure(FailureKind.TLS_HANDSHAKE, words(failure));
    }

    private static boolean isOf(Throwable failure, Class<? extends Throwable> type) {
        Throwable cause = failure;
        for (int depth = 0; depth < MOST_CAUSES && cause != null; depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static @Nullable FailureKind kindOf(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return FailureKind.CONNECT_TIMEOUT;
        }
        if (cause instanceof UnknownHostException) {
            return FailureKind.NAME_RESOLUTION;
        }
        if (cause instanceof NoFileLeftException) {
            return FailureKind.OUT_OF_FILES;
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
