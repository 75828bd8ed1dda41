package aifactory.access;

import aifactory.workload.AiServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Reads the certificate of a server that is not trusted, to name it in a message. Nothing else is sent or believed.
 * Stateless.
 */
final class PresentedCertificate {
    private static final int PATIENCE_MILLIS = 3_000;

    private PresentedCertificate() {}

    /**
     * For instance {@code  ('CN=node17', issued by 'CN=Site CA', valid until 2027-01-01)}; empty where it cannot be
     * read.
     */
    static String describe(URI server) {
        Collector collector = new Collector();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {collector}, null);
            AiServerAddress address = AiServerAddress.of(server);
            String host = address.host();
            int port = address.effectivePort();
            try (Socket plain = new Socket()) {
                // A server that sends a byte now and then passes every timeout of a single read.
                CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
                var _ = end.completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .thenRun(() -> close(plain));
                plain.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
                plain.setSoTimeout(PATIENCE_MILLIS);
                try (SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
                    secure.startHandshake();
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            // The handshake ends as soon as the certificate was seen, or without one.
        }
        return collector.text;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is not used any more.
        }
    }

    private static final class Collector implements X509TrustManager {
        private String text = "";

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            if (chain.length > 0) {
                X509Certificate first = chain[0];
                text = " ('"
                        + ServerText.shortened(first.getSubjectX500Principal().getName()) + "', issued by '"
                        + ServerText.shortened(first.getIssuerX500Principal().getName()) + "', valid until "
                        + first.getNotAfter().toInstant().toString().substring(0, 10) + ")";
            }
            throw new CertificateException("only looked at");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not used");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
