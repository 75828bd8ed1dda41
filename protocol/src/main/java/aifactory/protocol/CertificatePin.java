package aifactory.protocol;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the one certificate whose fingerprint is known, regardless of its issuer and its name: a service under a
 * user's account has no dedicated name for which an authority would issue a certificate. Stateless.
 */
public final class CertificatePin {
    private static final String FORM = "[0-9a-f]{64}";

    private CertificatePin() {}

    /** The fingerprint of a certificate, in lower-case hexadecimal. */
    public static String sha256(X509Certificate certificate) throws CertificateEncodingException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Whether the text can be a fingerprint. */
    public static boolean isFingerprint(String text) {
        return text.matches(FORM);
    }

    /**
     * For clients of the service that shows the certificate of that fingerprint.
     *
     * @throws IllegalArgumentException when the text cannot be a fingerprint
     */
    public static SSLContext context(String sha256) {
        if (!isFingerprint(sha256)) {
            throw new IllegalArgumentException("'" + sha256 + "' is not a SHA-256 fingerprint in hexadecimal");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Pinned(sha256)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }

    private static final class Pinned extends X509ExtendedTrustManager {
        private final String sha256;

        Pinned(String sha256) {
            this.sha256 = sha256;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            String shown = chain.length == 0 ? "none" : sha256(chain[0]);
            if (!shown.equals(sha256)) {
                throw new CertificateException("the service shows a certificate with the fingerprint " + shown
                        + ", and not the one that is expected, " + sha256
                        + ": another program may listen there; nothing was sent to it");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("clients show no certificates");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
