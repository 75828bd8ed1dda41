package aifactory.access;

import aifactory.workload.TlsSettings;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads the files that {@link TlsSettings} name. Stateless. */
public final class TlsContexts {
    private TlsContexts() {}

    /**
     * The context of a client that trusts what the settings say.
     *
     * @param settings null for the system's authorities and no certificate of the client
     * @throws IllegalArgumentException names the file at fault and the remedy
     */
    public static SSLContext forClient(@Nullable TlsSettings settings) {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (settings != null) {
            trust(builder, settings);
            identify(builder, settings);
        }
        try {
            return ((JdkSslContext) builder.build()).context();
        } catch (SSLException e) {
            throw new IllegalArgumentException("the TLS settings cannot be used: " + e.getMessage());
        }
    }

    private static void trust(SslContextBuilder builder, TlsSettings settings) {
        if (!settings.verifiesServer()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (settings.caFile() != null) {
            Path file = readable("ca_file", settings.caFile());
            try {
                builder.trustManager(file.toFile());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("ca_file " + file + " holds no certificates in PEM form (-----BEGIN"
                        + " CERTIFICATE-----): " + wordsOf(e));
            }
        }
    }

    private static void identify(SslContextBuilder builder, TlsSettings settings) {
        String certificate = settings.clientCertificate();
        String key = settings.clientKey();
        if (certificate == null || key == null) {
            return;
        }
        Path certificateFile = readable("client_certificate", certificate);
        Path keyFile = readable("client_key", key);
        try {
            builder.keyManager(certificateFile.toFile(), keyFile.toFile());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("client_certificate " + certificateFile + " and client_key " + keyFile
                    + " cannot be used (" + wordsOf(e)
                    + "): the certificate has to be PEM, the key PKCS#8 in PEM without"
                    + " a passphrase; 'openssl pkcs8 -topk8 -nodes -in KEY' writes one");
        }
    }

    private static Path readable(String member, String text) {
        Path file = Path.of(text);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("tls: " + member + " " + file
                    + " is not a file that this client can read; check the path on its node");
        }
        return file;
    }

    /** The root cause: the outer exceptions only name the file. */
    private static String wordsOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
