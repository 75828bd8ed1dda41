package aifactory.commandline.composition;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.configuration.SlurmConfiguration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.ServerAddress;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import aifactory.service.BuildIdentity;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.local.LocalDispatcher;
import aifactory.service.dispatch.slurm.Allocation;
import aifactory.service.dispatch.slurm.AllocationSteps;
import aifactory.service.dispatch.slurm.SlurmDispatcher;
import aifactory.service.dispatch.slurm.SlurmSite;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.ProcessCommandRunner;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.job.Gpu;
import aifactory.slurm.job.Launch;
import aifactory.slurm.job.Profile;
import aifactory.slurm.job.Profiles;
import aifactory.slurm.rest.HttpRestTransport;
import aifactory.slurm.rest.RestSlurmGateway;
import aifactory.slurm.rest.RestTokens;
import aifactory.slurm.watch.PollerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the dispatcher that was asked for. */
public final class Dispatchers {
    private static final Duration LONGEST_POLL = Duration.ofMinutes(10);

    private final Session session;
    private final Configuration configuration;
    private final @Nullable Duration serviceLostTimeout;

    private Dispatchers(Session session, Configuration configuration, @Nullable Duration serviceLostTimeout) {
        this.session = session;
        this.configuration = configuration;
        this.serviceLostTimeout = serviceLostTimeout;
    }

    /** For a service that may be started again: its clients wait for it as long as they do by default. */
    static Dispatchers ofLastingService(Session session, Configuration configuration) {
        return new Dispatchers(session, configuration, null);
    }

    /** For a service that lives as long as one benchmark: clients do not outlive it by more than that. */
    static Dispatchers ofShortLivedService(Session session, Configuration configuration, Duration serviceLostTimeout) {
        return new Dispatchers(session, configuration, serviceLostTimeout);
    }

    /** A dispatcher that remembers what it needs to in the service's directories. */
    ClientDispatcher of(DispatcherKind kind, Path dataDirectory, Path sharedDirectory) {
        return switch (kind) {
            case LOCAL ->
                LocalDispatcher.onThisMachine(
                        new ClientProcessCommandLine(serviceLostTimeout),
                        new ServerProcessCommandLine(serviceLostTimeout),
                        dataDirectory);
            case SLURM -> slurm(kind, commands(), sharedDirectory);
            case SLURM_REST -> slurm(kind, rest(), sharedDirectory);
            case ALLOCATION -> allocation(dataDirectory, sharedDirectory);
        };
    }

    private ClientDispatcher allocation(Path dataDirectory, Path sharedDirectory) {
        Allocation allocation = Allocation.of(session.environment())
                .orElseThrow(
                        () -> CommandFailure.wrongInput("the dispatcher 'allocation' works inside a job of Slurm, and"
                                + " SLURM_JOB_ID is not set: begin with salloc or sbatch, or use --dispatcher slurm"));
        return LocalDispatcher.of(
                new AllocationSteps(allocation, commands(), site(sharedDirectory), sharedDirectory), dataDirectory);
    }

    private ClientDispatcher slurm(DispatcherKind kind, SlurmGateway gateway, Path sharedDirectory) {
        return SlurmDispatcher.start(
                kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                gateway,
                SlurmClock.system(),
                pollerSettings(),
                site(sharedDirectory),
                sharedDirectory);
    }

    private PollerSettings pollerSettings() {
        PollerSettings usual = PollerSettings.DEFAULTS;
        Duration shortest =
                configuration.duration(ConfigurationKey.SLURM_POLL_INTERVAL, Duration.ofSeconds(1), LONGEST_POLL);
        return new PollerSettings(
                shortest,
                longer(shortest, usual.longestWhileRunning()),
                longer(shortest, usual.longest()),
                usual.invisibility(),
                usual.accountingPatience());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /**
     * Slurm's own commands. Of this process's environment they see what they need and none of what they would take for
     * options.
     */
    private CommandLineSlurmGateway commands() {
        return new CommandLineSlurmGateway(
                new ProcessCommandRunner(), environment(), configuration.slurm().cluster());
    }

    private SlurmEnvironment environment() {
        try {
            return SlurmEnvironment.from(
                    session.environment(), configuration.slurm().passedEnvironment());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("slurm.pass_environment: " + e.getMessage());
        }
    }

    /** slurmrestd; {@code scontrol}, where it is there, renews the token. */
    private SlurmGateway rest() {
        SlurmConfiguration slurm = configuration.slurm();
        String address = slurm.restAddress() == null
                ? session.environment().get("AIFACTORY_SLURM_REST_ADDRESS")
                : slurm.restAddress();
        if (address == null || address.isBlank()) {
            throw CommandFailure.wrongInput(
                    "--dispatcher slurm-rest needs the address of slurmrestd: set slurm.rest_address in the"
                            + " configuration file, or AIFACTORY_SLURM_REST_ADDRESS, to http://HOST:PORT");
        }
        SlurmEnvironment environment = environment();
        String given = session.environment().get("SLURM_JWT");
        RestTokens tokens = new RestTokens(
                given == null ? slurm.restToken() : given,
                slurm.restTokenFile(),
                new ProcessCommandRunner(),
                environment,
                SlurmClock.system());
        try {
            return new RestSlurmGateway(
                    new HttpRestTransport(ServerAddress.parse(address)),
                    slurm.restUser() == null ? System.getProperty("user.name") : slurm.restUser(),
                    tokens,
                    environment,
                    SlurmClock.system(),
                    slurm.restVersion());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("slurmrestd (slurm.rest_address, slurm.api_ver): " + e.getMessage());
        }
    }

    private SlurmSite site(Path sharedDirectory) {
        SlurmConfiguration slurm = configuration.slurm();
        Launch launch = launch(slurm, sharedDirectory);
        return new SlurmSite(
                slurm.profiles(),
                Profile.ofPlace(null, null, slurm.account())
                        .overriddenBy(Profiles.ofEnvironment(session.environment())),
                launch,
                launch instanceof Launch.Container || launch instanceof Launch.Pyxis
                        ? ownProgram(slurm, sharedDirectory)
                        : launch,
                slurm.containers(),
                slurm.profileContainers(),
                slurm.templates(),
                slurm.requeue(),
                slurm.clientPort(),
                clientArguments(slurm),
                session.environment().get("GPU_MEMORY_FRACTION"),
                slurm.conventions());
    }

    private List<String> clientArguments(SlurmConfiguration slurm) {
        List<String> arguments = new ArrayList<>();
        if (serviceLostTimeout != null) {
            arguments.addAll(List.of("--service-lost-timeout", serviceLostTimeout.toSeconds() + "s"));
        }
        if (slurm.clientInterface() != null) {
            arguments.addAll(List.of("--interface", slurm.clientInterface()));
        }
        return arguments;
    }

    /**
     * A service that runs in an image itself starts its clients in the same: what is inside it no node sees otherwise.
     */
    private Launch launch(SlurmConfiguration slurm, Path sharedDirectory) {
        Launch configured = slurm.launch();
        if (configured != null) {
            return configured;
        }
        String image = session.environment().get("APPTAINER_CONTAINER");
        return image == null || !image.startsWith("/")
                ? ownProgram(slurm, sharedDirectory)
                : new Launch.Container(Path.of(image), null, "apptainer", "aifactory", List.of(), Gpu.NONE);
    }

    private static Launch ownProgram(SlurmConfiguration slurm, Path sharedDirectory) {
        Path javaHome = slurm.javaHome() == null ? Path.of(System.getProperty("java.home")) : slurm.javaHome();
        return new Launch.Native(ProgramCopy.in(sharedDirectory.resolve("program"), javaHome, slurm.javaHomes())
                .toString());
    }

    /** This program, for the provenance of results. */
    static BuildIdentity build() {
        BuildInformation build = BuildInformation.ofThisProgram();
        return new BuildIdentity(build.version(), build.commit());
    }
}
