package aifactory.service;

import aifactory.measurement.ValidityLimits;
import aifactory.servermetrics.EngineTable;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a Client Service is set up.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param alternativePorts how many of the following ports may be used instead of a port that is in use
 * @param advertisedAddress the address under which clients reach the service; null for the one it listens on; port 0
 *     stands for the one it listens on
 * @param tls the certificate to show; null to speak without TLS
 * @param aiServers those under test where a group names none
 * @param dataDirectory local and private: database, tokens, discovery file
 * @param sharedDirectory visible to the nodes: logs, group secrets
 * @param limits bounds of what the service takes in
 * @param validity beyond these a run is not valid
 * @param policy what the operator allows
 * @param engines whose metrics are read from AI servers
 * @param postgres where the state is kept instead of in the data directory; null for SQLite there
 */
public record ClientServiceConfiguration(
        String host,
        int port,
        int alternativePorts,
        @Nullable URI advertisedAddress,
        AuthenticationMode authentication,
        @Nullable TlsFiles tls,
        List<URI> aiServers,
        Path dataDirectory,
        Path sharedDirectory,
        ServiceTimings timings,
        ServiceLimits limits,
        ValidityLimits validity,
        ServicePolicy policy,
        @Nullable PostgresAddress postgres,
        EngineTable engines) {

    public static final int DEFAULT_PORT = 8001;

    public ClientServiceConfiguration {
        aiServers = List.copyOf(aiServers);
    }

    /** Listens only on the loopback address and requires a token. */
    public static ClientServiceConfiguration defaults(Path dataDirectory, Path sharedDirectory) {
        return new ClientServiceConfiguration(
                "127.0.0.1",
                DEFAULT_PORT,
                0,
                null,
                AuthenticationMode.TOKEN,
                null,
                List.of(),
                dataDirectory,
                sharedDirectory,
                ServiceTimings.defaults(),
                ServiceLimits.defaults(),
                ValidityLimits.DEFAULTS,
                ServicePolicy.DEFAULT,
                null,
                EngineTable.builtIn());
    }

    public ClientServiceConfiguration withAddress(String newHost, int newPort, @Nullable URI newAdvertisedAddress) {
        return new ClientServiceConfiguration(
                newHost,
                newPort,
                alternativePorts,
                newAdvertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                postgres,
                engines);
    }

    /** The same, with the number of ports after the first that may be used instead of it. */
    public ClientServiceConfiguration withAlternativePorts(int newAlternativePorts) {
        return new ClientServiceConfiguration(
                host,
                port,
                newAlternativePorts,
                advertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withAuthentication(AuthenticationMode newAuthentication) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                newAuthentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withTls(@Nullable TlsFiles newTls) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                newTls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withAiServers(List<URI> newAiServers) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                tls,
                newAiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withTimings(ServiceTimings newTimings) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                newTimings,
                limits,
                validity,
                policy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withLimits(ServiceLimits newLimits) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                newLimits,
                validity,
                policy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withPolicy(ServicePolicy newPolicy) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                newPolicy,
                postgres,
                engines);
    }

    public ClientServiceConfiguration withPostgres(@Nullable PostgresAddress newPostgres) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                newPostgres,
                engines);
    }

    public ClientServiceConfiguration withEngines(EngineTable newEngines) {
        return new ClientServiceConfiguration(
                host,
                port,
                alternativePorts,
                advertisedAddress,
                authentication,
                tls,
                aiServers,
                dataDirectory,
                sharedDirectory,
                timings,
                limits,
                validity,
                policy,
                postgres,
                newEngines);
    }
}
