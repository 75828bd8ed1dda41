package aifactory.engine.loop;

import aifactory.access.ProxyRefusedException;
import aifactory.measurement.FailureKind;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the network was.
 *
 * @param detail the system's words
 */
record NetworkFailure(FailureKind kind, String detail) {
    private static final int MOST_CAUSES = 10;
    private static final int EAGAIN = 11;
    private static final int ECONNRESET = 104;
    /** How the network library writes the system's error number. */
    private static final Pattern ERRNO = Pattern.compile("failed with error\\(-(\\d{1,4})\\)");

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
            // The virtual machine's check of the host name has no dedicated exception type.
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
        Integer errno = errno(cause);
        return errno == null ? kindByClass(cause) : kindByErrno(errno);
    }

    /** The system's error number, which does not depend on the locale as its message does; null if unknown. */
    private static @Nullable Integer errno(Throwable cause) {
        if (cause instanceof Errors.NativeIoException failure) {
            return Math.abs(failure.expectedErr());
        }
        Matcher number = ERRNO.matcher(words(cause));
        return cause instanceof IOException && number.find() ? (Integer) Integer.parseInt(number.group(1)) : null;
    }

    /** Of Linux, where alone the library reports numbers. */
    private static @Nullable FailureKind kindByErrno(int errno) {
        return switch (errno) {
            case 111 -> FailureKind.CONNECTION_REFUSED; // ECONNREFUSED
            case 1, 2, 13 -> FailureKind.CONNECTION_REFUSED; // EPERM, ENOENT, EACCES: of Unix domain sockets
            case 110 -> FailureKind.CONNECT_TIMEOUT; // ETIMEDOUT
            case 100, 101, 112, 113 -> FailureKind.HOST_UNREACHABLE; // ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH
            case 98, 99 -> FailureKind.OUT_OF_PORTS; // EADDRINUSE, EADDRNOTAVAIL
            case 23, 24 -> FailureKind.OUT_OF_FILES; // ENFILE, EMFILE
            case 32, 103, ECONNRESET -> FailureKind.CONNECTION_RESET; // EPIPE, ECONNABORTED
            default -> null;
        };
    }

    /** What the Java library reports without a number. */
    private static @Nullable FailureKind kindByClass(Throwable cause) {
        return switch (cause) {
            case NoRouteToHostException unreachable -> FailureKind.HOST_UNREACHABLE;
            case FileNotFoundException noSocket -> FailureKind.CONNECTION_REFUSED;
            case ProxyRefusedException refused -> FailureKind.PROXY_REFUSED;
            case BindException noPort -> FailureKind.OUT_OF_PORTS;
            case ConnectException refused -> FailureKind.CONNECTION_REFUSED;
            default -> null;
        };
    }

    /** Whether the listener of a Unix domain socket has as many connections waiting as it takes, which passes. */
    static boolean isBacklogFull(Throwable failure) {
        Integer errno = errno(failure);
        return errno != null && errno == EAGAIN;
    }

    /**
     * Whether the peer has reset the connection without having closed it before: a write after a close is another
     * error.
     */
    static boolean isReset(Throwable failure) {
        Integer errno = errno(failure);
        return errno != null && errno == ECONNRESET;
    }

    /** The failure of an open connection: for any error of the system, the connection broke. */
    static NetworkFailure ofOpenConnection(Throwable failure) {
        NetworkFailure found = of(failure);
        return switch (found.kind()) {
            case CONNECTION_REFUSED, CONNECT_TIMEOUT, HOST_UNREACHABLE ->
                new NetworkFailure(FailureKind.CONNECTION_RESET, found.detail());
            default -> found;
        };
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
