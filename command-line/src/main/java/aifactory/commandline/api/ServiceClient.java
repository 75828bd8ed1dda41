package aifactory.commandline.api;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Interruption;
import aifactory.protocol.CleanupRequest;
import aifactory.protocol.CleanupView;
import aifactory.protocol.GroupCreated;
import aifactory.protocol.GroupDiagnosis;
import aifactory.protocol.GroupLogs;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.GroupUsage;
import aifactory.protocol.GroupView;
import aifactory.protocol.JobList;
import aifactory.protocol.PlanView;
import aifactory.protocol.RunDispatched;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunView;
import aifactory.protocol.ServerArguments;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The Client Service as seen by the commands. Every method waits for the answer, and throws a {@link CommandFailure}
 * that is fit for display to the user.
 */
public final class ServiceClient implements AutoCloseable {
    /** Slurm takes time to accept a job, and to confirm that one has ended. */
    private static final Duration JOB_TIMEOUT = Duration.ofMinutes(3);

    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(30);

    private static final String API = "/api/v1";

    private final HttpExchange exchange;
    private final Duration timeout;
    private final Duration jobTimeout;
    private final Interruption interruption;

    private ServiceClient(HttpExchange exchange, Duration timeout, Duration jobTimeout, Interruption interruption) {
        this.exchange = exchange;
        this.timeout = timeout;
        this.jobTimeout = jobTimeout;
        this.interruption = interruption;
    }

    /**
     * A client of the service at that address.
     *
     * @param token null for a service without authentication
     * @param timeout the longest time for one answer
     */
    public static ServiceClient of(URI service, @Nullable String token, Duration timeout, Interruption interruption) {
        return of(service, token, null, timeout, 0, interruption);
    }

    /**
     * The same for a service that is known by its certificate.
     *
     * @param certificateSha256 the one certificate that it may show; null to use the authorities that this machine
     *      trusts
     * @param maximumRetries of a query whose connection is refused or lost
     */
    public static ServiceClient of(
            URI service,
            @Nullable String token,
            @Nullable String certificateSha256,
            Duration timeout,
            int maximumRetries,
            Interruption interruption) {
        return new ServiceClient(
                new HttpExchange(service, token, certificateSha256, maximumRetries),
                timeout,
                JOB_TIMEOUT,
                interruption);
    }

    /** The same client for cleanup: it continues after the command has been asked to end, and has shorter timeouts. */
    public ServiceClient forCleaningUp(Duration shorterTimeout) {
        return new ServiceClient(exchange, shorterTimeout, shorterTimeout, new Interruption());
    }

    /** The service's address. */
    public URI service() {
        return exchange.service();
    }

    /** By which the service is known; null where it is not pinned. */
    public @Nullable String certificateSha256() {
        return exchange.certificateSha256();
    }

    /** Throws when the service does not answer that it is healthy. */
    public void requireHealthy() {
        exchange.json("GET", "/health", null, JsonNode.class, timeout, interruption);
    }

    /**
     * Creates a group under that id. This is not interrupted: without the answer the caller does not know whether there
     * is a group to delete.
     */
    public GroupCreated createGroup(long id, GroupRequest request) {
        return exchange.json("POST", group(id), request, GroupCreated.class, jobTimeout, new Interruption());
    }

    /** What the creation of that group would start. */
    public JsonNode previewGroup(long id, GroupRequest request) {
        return exchange.json("POST", group(id) + "?dry_run=true", request, JsonNode.class, timeout, interruption);
    }

    public GroupView showGroup(long id) {
        return exchange.json("GET", group(id), null, GroupView.class, timeout, interruption);
    }

    /** Every group, in the service's own words. */
    public JsonNode listGroups() {
        return exchange.json("GET", API + "/client-groups", null, JsonNode.class, timeout, interruption);
    }

    /**
     * The jobs of groups.
     *
     * @param deleted maximum number of deleted groups that are included
     */
    public JobList jobs(int deleted) {
        return exchange.json("GET", API + "/jobs?deleted=" + deleted, null, JobList.class, timeout, interruption);
    }

    /** Why a group is where it is. Slurm may take its time to tell. */
    public GroupDiagnosis diagnosis(long id) {
        return exchange.json("GET", group(id) + "/diagnosis", null, GroupDiagnosis.class, jobTimeout, interruption);
    }

    /**
     * What was added to a group's logs.
     *
     * @param offsets of its files in their order, in bytes
     */
    public GroupLogs logsAfter(long id, List<Long> offsets) {
        String text = offsets.stream().map(String::valueOf).collect(Collectors.joining(","));
        return exchange.json("GET", group(id) + "/logs?offsets=" + text, null, GroupLogs.class, timeout, interruption);
    }

    /** The last lines of a group's logs, also of one that was deleted. */
    public GroupLogs logs(long id, long lines) {
        return exchange.json("GET", group(id) + "/logs?lines=" + lines, null, GroupLogs.class, timeout, interruption);
    }

    /** What a group's job uses or used. */
    public GroupUsage usage(long id) {
        return exchange.json("GET", group(id) + "/usage", null, GroupUsage.class, jobTimeout, interruption);
    }

    /** @param query the plan's parameters by name */
    public PlanView plan(Map<String, String> query) {
        String parameters = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return exchange.json("GET", API + "/plan?" + parameters, null, PlanView.class, jobTimeout, interruption);
    }

    public CleanupView cleanUp(CleanupRequest request) {
        return exchange.json("POST", API + "/cleanup", request, CleanupView.class, jobTimeout, interruption);
    }

    /** Ends a group and its job. Returns when that is confirmed. */
    public JsonNode deleteGroup(long id) {
        return exchange.json("DELETE", group(id), null, JsonNode.class, jobTimeout, interruption);
    }

    /** Restarts the servers of a group with these arguments, unless they have them already. */
    public JsonNode changeServers(long id, ServerArguments arguments) {
        return exchange.json("POST", group(id) + "/server", arguments, JsonNode.class, jobTimeout, interruption);
    }

    /** Starts a run on a group that is ready; the answer comes when its clients are prepared. */
    public RunDispatched run(long id, Object workload) {
        return exchange.json("POST", group(id) + "/run", workload, RunDispatched.class, jobTimeout, interruption);
    }

    /** Ends the group's run; what it has measured is kept. */
    public JsonNode stop(long id) {
        return exchange.json("POST", group(id) + "/stop", null, JsonNode.class, timeout, interruption);
    }

    public RunView showRun(String runId) {
        return exchange.json("GET", API + "/runs/" + runId, null, RunView.class, timeout, interruption);
    }

    /** Everything that a report shows of a run. */
    public RunResult result(String runId) {
        return exchange.json("GET", API + "/runs/" + runId + "/result", null, RunResult.class, timeout, interruption);
    }

    /** Brings the request records of a run home, one JSON object a line. */
    public void downloadRecords(String runId, Path file) {
        exchange.download(API + "/runs/" + runId + "/records", file, DOWNLOAD_TIMEOUT, interruption);
    }

    /** Something of that name is there already. */
    public static final class ConflictException extends CommandFailure {
        private static final long serialVersionUID = 1;

        ConflictException(String message) {
            super(ExitCode.WRONG_INPUT, message);
        }
    }

    @Override
    public void close() {
        exchange.close();
    }

    private static String group(long id) {
        return API + "/client-group/" + id;
    }
}
