package aifactory.commandline.verb;

import aifactory.client.ClientProcess;
import aifactory.client.ClientProcessConfiguration;
import aifactory.client.ClientTimings;
import aifactory.client.delivery.SpoolLimits;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.AiServerFiles;
import aifactory.commandline.option.AiServerOption;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.PortConverter;
import aifactory.commandline.option.ServerAddress;
import aifactory.commandline.session.Session;
import aifactory.engine.EngineSettings;
import aifactory.engine.netty.NettyLoadEngine;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code aifactory client}. */
@Command(
        name = "client",
        description = {
            "Run a client process: it registers with the Client Service and generates load as ordered by it.",
            "Started by jobs, whose exported CLIENT_SERVICE_ADDR, AI_SERVER_ADDR and BENCHMARK_ID replace options.",
            "The group's secret is read from the file that AIFACTORY_GROUP_SECRET_FILE names."
        })
public final class ClientCommand extends Verb implements Callable<Integer> {
    @Option(
            names = "--client-service-addr",
            paramLabel = "URL",
            split = ",",
            converter = ServerAddress.class,
            description = "URL of the Client Service, or several separated by commas; default: $CLIENT_SERVICE_ADDR")
    private @Nullable List<URI> services;

    @Option(
            names = "--ai-server-addr",
            paramLabel = "URL",
            split = ",",
            converter = AiServerOption.class,
            description = "AI server to measure, for runs that name none; default: $AI_SERVER_ADDR")
    private @Nullable List<URI> aiServers;

    @Option(
            names = "--benchmark-id",
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number; default: $BENCHMARK_ID")
    private @Nullable Long benchmarkId;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "preferred listen port; another is used if it is taken; default: 9000")
    private int port = ClientProcessConfiguration.DEFAULT_PORT;

    @Option(names = "--gpu-enabled", description = "sample this node's GPUs during a run")
    private boolean gpuEnabled;

    @Option(names = "--interface", paramLabel = "NAME", description = "network interface to listen on, such as ib0")
    private @Nullable String interfaceName;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "local address to listen on")
    private @Nullable String address;

    @Option(
            names = "--service-lost-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "time without contact to the Client Service after which the process ends; default: 15m")
    private Duration serviceLostTimeout = ClientTimings.DEFAULTS.serviceLostTimeout();

    private final Session session;
    private final Configuration configuration;

    public ClientCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "info", nameInLog(session.environment()));
        int cores = cores();
        NettyLoadEngine engine = new NettyLoadEngine(EngineSettings.forCores(cores), session.clock(), cores);
        return ClientProcess.run(clientConfiguration(), session.environment(), engine);
    }

    /** All clients of a job write to the same files: each line has the node, or the number on one machine. */
    static @Nullable String nameInLog(Map<String, String> environment) {
        String number = environment.get("AIFACTORY_PROCESS_NUMBER");
        return number == null ? environment.get("SLURMD_NODENAME") : "client-" + number;
    }

    private ClientProcessConfiguration clientConfiguration() {
        return new ClientProcessConfiguration(
                orFromEnvironment(services, "CLIENT_SERVICE_ADDR", "--client-service-addr", new ServerAddress()),
                aiServers(),
                benchmarkId == null ? benchmarkIdOfEnvironment() : benchmarkId,
                port,
                null,
                gpuEnabled,
                interfaceName,
                address,
                SpoolLimits.DEFAULTS,
                timings());
    }

    private ClientTimings timings() {
        ClientTimings usual = ClientTimings.DEFAULTS;
        return new ClientTimings(
                usual.connectTimeout(),
                usual.requestTimeout(),
                usual.backoffBase(),
                usual.backoffCap(),
                usual.registrationDeadline(),
                serviceLostTimeout,
                usual.flushTimeout(),
                usual.exitFlushTimeout(),
                usual.clockExchanges(),
                usual.clockPatience());
    }

    /** Each run names its own; those of servers that are started with the clients are not known before. */
    private List<URI> aiServers() {
        boolean named = aiServers != null || session.environment().containsKey("AI_SERVER_ADDR");
        return named
                ? AiServerFiles.expand(
                        session,
                        orFromEnvironment(aiServers, "AI_SERVER_ADDR", "--ai-server-addr", new AiServerOption()))
                : List.of();
    }

    private List<URI> orFromEnvironment(
            @Nullable List<URI> given, String variable, String option, ITypeConverter<URI> converter) {
        if (given != null) {
            return given;
        }
        List<URI> addresses = new ArrayList<>();
        for (String text : environment(variable, option).split(",", -1)) {
            try {
                addresses.add(converter.convert(text));
            } catch (Exception e) {
                throw CommandFailure.wrongInput(variable + ": " + e.getMessage());
            }
        }
        return addresses;
    }

    private long benchmarkIdOfEnvironment() {
        String text = environment("BENCHMARK_ID", "--benchmark-id");
        try {
            return new CountConverter.BenchmarkId().convert(text);
        } catch (TypeConversionException e) {
            throw CommandFailure.wrongInput("BENCHMARK_ID: " + e.getMessage());
        }
    }

    private String environment(String variable, String option) {
        String text = session.environment().get(variable);
        if (text == null || text.isBlank()) {
            throw CommandFailure.wrongInput(option + " is missing, and " + variable + " is not set: give one of them");
        }
        return text.strip();
    }

    /** Those that Slurm has allotted to the process; on a machine without Slurm all of them. */
    private int cores() {
        String allotted = session.environment().get("SLURM_CPUS_PER_TASK");
        int available = Runtime.getRuntime().availableProcessors();
        if (allotted == null || !allotted.strip().matches("[1-9]\\d{0,4}")) {
            return available;
        }
        return Math.min(available, Integer.parseInt(allotted.strip()));
    }
}
