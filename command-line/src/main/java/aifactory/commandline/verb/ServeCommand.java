package aifactory.commandline.verb;

import aifactory.commandline.api.OtherService;
import aifactory.commandline.composition.DatabaseAddress;
import aifactory.commandline.composition.LastingService;
import aifactory.commandline.composition.ServiceAddresses;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationFileOption;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.configuration.DataDirectory;
import aifactory.commandline.configuration.SharedDirectory;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.AiServerFiles;
import aifactory.commandline.option.AiServerOption;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.PortConverter;
import aifactory.commandline.session.Session;
import aifactory.service.AuthenticationMode;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceLimits;
import aifactory.service.ServicePolicy;
import aifactory.service.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory serve}. */
@Command(
        name = "serve",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Run the Client Service until it is interrupted. Groups and runs survive a restart: with the same",
            "data directory, the service reconnects with their clients."
        })
public final class ServeCommand extends Verb implements Callable<Integer> {
    /** After the default port, which they replace if it is in use. */
    private static final int ALTERNATIVE_PORTS = 15;

    private static final int MOST_GROUPS = 100_000;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description =
                    "address to listen on; default: 127.0.0.1, and all of this machine's where clients run on nodes")
    private @Nullable String host;

    @Option(
            names = "--advertise",
            paramLabel = "HOST|URL",
            description = "host or URL under which clients reach the service; default: this machine's name")
    private @Nullable String advertised;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "port to listen on, 0 for any free one; default: 8001, or the next free port up to 8016")
    private @Nullable Integer port;

    @Option(
            names = "--dispatcher",
            paramLabel = "KIND",
            converter = DispatcherKind.Converter.class,
            completionCandidates = DispatcherKind.Converter.class,
            description = "dispatcher of client processes: ${COMPLETION-CANDIDATES}; default: local")
    private DispatcherKind dispatcher = DispatcherKind.LOCAL;

    @Option(
            names = "--ai-server",
            paramLabel = "URL",
            split = ",",
            converter = AiServerOption.class,
            description = "AI server that groups measure which name none; repeatable")
    private List<URI> aiServers = List.of();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "private local directory for database and tokens; default: ~/.local/share/aifactory")
    private @Nullable String dataDirectory;

    @Option(
            names = "--shared-dir",
            paramLabel = "DIR",
            description = "directory shared with the clients' nodes, for logs, job scripts and secrets; default: within"
                    + " --data-dir, or"
                    + " ~/.local/share/aifactory/shared if clients run on nodes")
    private @Nullable String sharedDirectory;

    @Option(
            names = "--auth",
            paramLabel = "MODE",
            converter = AuthenticationNames.class,
            completionCandidates = AuthenticationNames.class,
            description = "authentication: ${COMPLETION-CANDIDATES}; default: token")
    private AuthenticationMode authentication = AuthenticationMode.TOKEN;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "certificate of the service (PEM); requires --tls-key")
    private @Nullable String tlsCertificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "key of the certificate (PEM, PKCS#8), readable only by you")
    private @Nullable String tlsKey;

    @Option(
            names = "--allowed-account",
            paramLabel = "NAME",
            split = ",",
            description = "Slurm account that groups may use; repeatable; default: any")
    private List<String> allowedAccounts = List.of();

    @Option(
            names = "--observer-network",
            paramLabel = "ADDRESS/BITS",
            split = ",",
            description = "network to which updates for observers may be sent; repeatable; default: private networks")
    private List<String> observerNetworks = ServicePolicy.DEFAULT.observerNetworks();

    @Option(
            names = "--on-client-loss",
            paramLabel = "WHAT",
            converter = ClientLossNames.class,
            completionCandidates = ClientLossNames.class,
            description = "reaction of a run to the loss of a client: ${COMPLETION-CANDIDATES}; default: continue")
    private ServicePolicy.ClientLoss onClientLoss = ServicePolicy.ClientLoss.CONTINUE;

    @Option(
            names = "--journal-days",
            paramLabel = "DAYS",
            description = "retention of the journal, in days; default: 365")
    private int journalDays = ServicePolicy.Retention.DEFAULT.journalDays();

    @Option(
            names = "--journal-lines",
            paramLabel = "N",
            description = "maximum number of lines in the journal; the oldest are deleted; default: 1000000")
    private long journalLines = ServicePolicy.Retention.DEFAULT.journalLines();

    @Mixin
    @SuppressWarnings("NullAway.Init") // made by picocli
    ConfigurationFileOption configurationFile;

    private final Session session;
    private final Configuration configuration;

    public ServeCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "info");
        Path data = DataDirectory.of(session, dataDirectory);
        Path shared = sharedDirectory == null ? usualShared(data) : session.resolve(sharedDirectory);
        TlsFiles tls = tls();
        // Without a given port, that of the advertised address is known when the service listens.
        ServiceAddresses addresses = ServiceAddresses.of(
                host, advertised, port == null ? 0 : port, tls != null, dispatcher.isOnOtherMachines());
        boolean isMovable = port == null
                && (addresses.advertised() == null || addresses.advertised().getPort() == 0);
        int wanted = port == null ? ClientServiceConfiguration.DEFAULT_PORT : port;
        ClientServiceConfiguration service = ClientServiceConfiguration.defaults(data, shared)
                .withAddress(addresses.host(), wanted, addresses.advertised())
                .withAlternativePorts(isMovable ? ALTERNATIVE_PORTS : 0)
                .withAuthentication(authentication)
                .withTls(tls)
                .withPolicy(new ServicePolicy(allowedAccounts, observerNetworks, onClientLoss, retention()))
                .withAiServers(AiServerFiles.expand(session, aiServers))
                .withLimits(ServiceLimits.defaults()
                        .withMaximumGroups(configuration.number(ConfigurationKey.SLURM_MAX_JOBS, 1, MOST_GROUPS)))
                .withPostgres(DatabaseAddress.of(session, configuration));
        try (LastingService running = LastingService.start(session, configuration, service, dispatcher);
                OtherService _ = OtherService.publish(data, usualData())) {
            session.out()
                    .println("Client Service at " + running.address()
                            + moved(wanted, running.address().getPort())
                            + (running.tokenFile() == null
                                    ? ", without authentication"
                                    : ", token in " + running.tokenFile())
                            + "; end it with Ctrl-C");
            session.interruption().awaitRequest();
        }
        return 0;
    }

    private static String moved(int wanted, int port) {
        return wanted == 0 || wanted == port ? "" : " instead of port " + wanted;
    }

    /** Where commands look that are given no data directory. */
    private Path usualData() {
        return DataDirectory.of(
                session, configuration.given(ConfigurationKey.DATA_DIR).orElse(null));
    }

    private ServicePolicy.Retention retention() {
        if (journalDays < 1) {
            throw CommandFailure.wrongInput(
                    "invalid value for --journal-days: '" + journalDays + "' (expected 1 or more)");
        }
        if (journalLines < 1_000) {
            throw CommandFailure.wrongInput(
                    "invalid value for --journal-lines: '" + journalLines + "' (expected 1000 or more)");
        }
        return new ServicePolicy.Retention(journalDays, journalLines);
    }

    private @Nullable TlsFiles tls() {
        if (tlsCertificate == null && tlsKey == null) {
            return null;
        }
        if (tlsCertificate == null || tlsKey == null) {
            throw CommandFailure.wrongInput("--tls-certificate and --tls-key go together: give both or none");
        }
        return new TlsFiles(session.resolve(tlsCertificate), session.resolve(tlsKey));
    }

    private Path usualShared(Path data) {
        return dispatcher.isOnOtherMachines() ? SharedDirectory.usual(session, configuration) : data.resolve("shared");
    }

    /** What a loss leads to, as it is typed. */
    static final class ClientLossNames extends NameConverter<ServicePolicy.ClientLoss> {
        ClientLossNames() {
            super(List.of(ServicePolicy.ClientLoss.values()));
        }
    }

    /** The modes as they are typed. */
    static final class AuthenticationNames extends NameConverter<AuthenticationMode> {
        AuthenticationNames() {
            super(List.of(AuthenticationMode.values()));
        }
    }
}
