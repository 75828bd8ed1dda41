package aifactory.commandline.option;

import aifactory.commandline.failure.CommandFailure;
import aifactory.protocol.CertificatePin;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The Client Service that a command contacts. */
public final class ServiceOptions {
    @Option(
            names = "--service",
            paramLabel = "URL",
            converter = ServerAddress.class,
            description = "URL of the Client Service; default: from its discovery file")
    private @Nullable URI service;

    @Option(names = "--token-file", paramLabel = "FILE", description = "file with the token for the Client Service")
    private @Nullable String tokenFile;

    @Option(
            names = "--service-certificate",
            paramLabel = "SHA256",
            description = "fingerprint of the certificate of the Client Service given by --service")
    private @Nullable String certificateSha256;

    /** In lower-case hexadecimal; tools print it in capitals with colons, too. */
    public @Nullable String certificateSha256() {
        String given = certificateSha256;
        if (given == null) {
            return null;
        }
        String plain = given.strip().replace(":", "").toLowerCase(Locale.ROOT);
        if (!CertificatePin.isFingerprint(plain)) {
            throw CommandFailure.wrongInput("invalid value for --service-certificate: '" + given
                    + "' (expected the SHA-256 fingerprint of the service's certificate, 64 hexadecimal digits)");
        }
        return plain;
    }

    public @Nullable URI service() {
        return service;
    }

    public @Nullable String tokenFile() {
        return tokenFile;
    }
}
