package aifactory.commandline.option;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Client Service a verb talks to. */
public final class ServiceOptions {
    @Option(
            names = "--service",
            paramLabel = "URL",
            converter = ServerAddress.class,
            description = "Client Service to talk to; default: the one whose discovery file is found")
    private @Nullable URI service;

    @Option(names = "--token-file", paramLabel = "FILE", description = "file with the token for the Client Service")
    private @Nullable String tokenFile;

    @Option(
            names = "--service-certificate",
            paramLabel = "SHA256",
            description = "fingerprint of the certificate that the named Client Service shows")
    private @Nullable String certificateSha256;

    public @Nullable String certificateSha256() {
        return certificateSha256;
    }

    public @Nullable URI service() {
        return service;
    }

    public @Nullable String tokenFile() {
        return tokenFile;
    }
}
