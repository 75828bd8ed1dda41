package aifactory.slurm.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of a job, which {@link JobScriptBuilder} collects, with their defaults and bounds. Not thread-safe. */
final class JobSettings {
    private static final int MAXIMUM_CLIENTS = 65_533;
    private static final Duration MAXIMUM_TIME_LIMIT = Duration.ofDays(365);

    final long benchmarkId;
    final String token;
    final JobLogs logs;
    Profile profile = Profiles.DEFAULTS;
    int numClients = 1;
    Duration timeLimit = Duration.ofMinutes(5);
    String clientServiceAddress = "";

    @Nullable
    String aiServerAddress = "";

    int clientPort = 9000;
    Launch launch = new Launch.Native("aifactory");
    boolean gpuEnabled;
    boolean requeue;

    @Nullable
    String gpuMemoryFraction;

    @Nullable
    Path workingDirectory;

    @Nullable
    Path groupSecretFile;

    @Nullable
    JobTemplate template;

    boolean profileOverTemplate;

    @Nullable
    List<String> stepOptions;

    boolean heterogeneousAllocation;
    SiteConventions conventions = SiteConventions.NONE;

    @Nullable
    ServerStep servers;

    final Map<String, String> environment = new LinkedHashMap<>();
    final List<String> clientArguments = new ArrayList<>();

    JobSettings(long benchmarkId, String token, JobLogs logs) {
        this.benchmarkId = benchmarkId;
        this.token = token;
        this.logs = logs;
    }

    /** @throws InvalidJobException names the value at fault and the remedy */
    void check() throws InvalidJobException {
        profile.validate();
        if (benchmarkId < 0) {
            throw new InvalidJobException("benchmark_id", "benchmark_id is " + benchmarkId + ": expected 0 or more");
        }
        if (!token.matches("[a-z0-9]{8,32}")) {
            throw new InvalidJobException(
                    "token", "the token '" + token + "' is not one of 8 to 32 small letters and digits");
        }
        if (numClients < (servers == null ? 1 : 0) || nodes() > MAXIMUM_CLIENTS) {
            throw new InvalidJobException(
                    "num_clients", "num_clients is " + numClients + ": expected 1 to " + MAXIMUM_CLIENTS);
        }
        boolean wholeMinutes = timeLimit.equals(Duration.ofMinutes(timeLimit.toMinutes()));
        if (!wholeMinutes || timeLimit.toMinutes() < 1 || timeLimit.compareTo(MAXIMUM_TIME_LIMIT) > 0) {
            throw new InvalidJobException(
                    "time_limit",
                    "time_limit is " + timeLimit.toSeconds() / 60.0 + " minutes: expected whole minutes, 1 to "
                            + MAXIMUM_TIME_LIMIT.toMinutes());
        }
        if (clientPort < 1 || clientPort > 65_535) {
            throw new InvalidJobException("port", "port is " + clientPort + ": expected 1 to 65535");
        }
        if (clientServiceAddress.isEmpty() || (aiServerAddress != null && aiServerAddress.isEmpty())) {
            String field = clientServiceAddress.isEmpty() ? "client_service_addr" : "ai_server_addr";
            throw new InvalidJobException(field, field + " is empty: the clients would have no service address");
        }
        if (gpuMemoryFraction != null && !gpuMemoryFraction.matches("0(\\.[0-9]{1,6})?|1(\\.0{1,6})?")) {
            throw new InvalidJobException(
                    "GPU_MEMORY_FRACTION",
                    "GPU_MEMORY_FRACTION is '" + gpuMemoryFraction + "': expected 0 to 1, for instance 0.8");
        }
    }

    /** All nodes of the job. */
    int nodes() {
        return numClients + (servers == null ? 0 : servers.nodes());
    }

    /**
     * Null where all nodes of the job are alike: without clients there is nothing to set the servers' nodes apart from.
     */
    @Nullable
    Profile componentOfServers() {
        return servers == null || numClients == 0 || stepOptions != null ? null : servers.component();
    }

    /** Whether the sizes are those of the profile, and not of the site's template. */
    boolean hasSizesOfProfile() {
        return template == null || profileOverTemplate;
    }

    /** Where the job starts. */
    Path directory() {
        if (workingDirectory != null) {
            return workingDirectory;
        }
        Path parent = logs.output().getParent();
        return parent == null ? logs.output() : parent;
    }
}
