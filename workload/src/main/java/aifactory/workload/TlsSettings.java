package aifactory.workload;

import org.jspecify.annotations.Nullable;

/**
 * How https servers are trusted, and how a client shows who it is. The files are PEM, with absolute paths that every
 * client can read; they stay where they are and no copy of them travels.
 *
 * @param caFile certificates of the authorities that are trusted; null for the system's
 * @param clientCertificate the client's certificate, and what leads from it to its authority; null for none
 * @param clientKey the key of that certificate, PKCS#8, without a passphrase
 * @param insecure whether the server's certificate is not verified; null means false
 */
public record TlsSettings(
        @Nullable String caFile,
        @Nullable String clientCertificate,
        @Nullable String clientKey,
        @Nullable Boolean insecure) {

    /** Whether the server's certificate and host name are verified. */
    public boolean verifiesServer() {
        return !Boolean.TRUE.equals(insecure);
    }
}
