package aifactory.service.http;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.RequestRefusedException;
import aifactory.service.access.RouteAccess;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.coordination.RunCoordinator;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.PromptFiles;
import aifactory.service.persistence.StorageException;
import aifactory.service.redaction.Redaction;
import aifactory.service.runs.Run;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The group routes as users of the earlier system know them. */
final class EarlierRoutes implements ApiServer.Routes {
    private static final String GROUPS = "/api/v1/client-groups";
    private static final int MOST_PROMPTS = 10_000;
    private static final int LONGEST_PROMPT = 100_000;
    private static final int LONGEST_SECONDS = 86_400;

    private final ClientManager clients;
    private final GroupSupervisor supervisor;
    private final RunCoordinator runs;
    private final ClientServiceConfiguration configuration;
    private final PromptFiles prompts;

    EarlierRoutes(
            ClientManager clients,
            GroupSupervisor supervisor,
            RunCoordinator runs,
            ClientServiceConfiguration configuration) {
        this.clients = clients;
        this.supervisor = supervisor;
        this.runs = runs;
        this.configuration = configuration;
        this.prompts = new PromptFiles(configuration.sharedDirectory());
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post(GROUPS, this::create);
        registry.get(GROUPS + "/{id}", RouteAccess.READ_OR_GROUP, this::show);
        registry.delete(GROUPS + "/{id}", this::delete);
    }

    /** A group under the next free id; with a {@code service_id} it runs as soon as it is ready. */
    private void create(Context context) throws StorageException, InterruptedException {
        byte[] body = RequestReader.bytes(context, configuration.limits().maximumRequestBytes());
        JsonNode tree = RequestReader.json(body.length == 0 ? new byte[] {'{', '}'} : body, JsonNode.class);
        if (!tree.has("service_id")) {
            GroupRequest request =
                    RequestReader.json(body.length == 0 ? new byte[] {'{', '}'} : body, GroupRequest.class);
            ApiServer.json(context, 201, clients.creation().createNext(request));
            return;
        }
        EarlierGroupRequest request = RequestReader.json(body, EarlierGroupRequest.class);
        WorkloadRequest workload = workload(request, null);
        String server = server(request.serviceId());
        checkPrompts(request.prompts());
        long id = clients.creation().createNext(groupRequest(request, server)).benchmarkId();
        Group group = clients.require(id);
        Run run;
        try {
            if (request.prompts() != null) {
                workload = workload(request, prompts.write(group.token(), request.prompts()));
            }
            run = runs.begin(group, workload, true);
        } catch (RequestRefusedException e) {
            // A refused client has no group, and no job that costs node hours.
            supervisor.delete(id);
            throw e;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "created");
        answer.put("group_id", id);
        answer.put("num_clients", group.definition().numClients());
        answer.put("message", "run " + run.runId() + " starts when the clients have registered");
        ApiServer.json(context, 201, answer);
    }

    private static GroupRequest groupRequest(EarlierGroupRequest request, String server) {
        return new GroupRequest(
                request.numClients(),
                request.timeLimit(),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(server),
                null,
                null,
                null,
                null);
    }

    private static WorkloadRequest workload(EarlierGroupRequest request, @Nullable Path dataset) {
        int seconds = Objects.requireNonNullElse(request.durationSeconds(), 60);
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            throw RequestRefusedException.invalid(
                    "duration_seconds",
                    "duration_seconds is " + seconds + ": give a number from 1 to " + LONGEST_SECONDS);
        }
        double temperature = Objects.requireNonNullElse(request.temperature(), 0.7);
        if (!(temperature >= 0 && temperature <= 2)) {
            throw RequestRefusedException.invalid("temperature", "temperature is not a number from 0 to 2");
        }
        int tokens = Objects.requireNonNullElse(request.maxTokens(), 100);
        if (tokens < 1 || tokens > 1_000_000) {
            throw RequestRefusedException.invalid("max_tokens", "max_tokens is not a number from 1 to 1000000");
        }
        double rate = Objects.requireNonNullElse(request.requestsPerSecond(), 10.0);
        if (!(rate > 0 && rate <= 1_000_000)) {
            throw RequestRefusedException.invalid(
                    "requests_per_second", "requests_per_second is not above 0, up to 1000000");
        }
        Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("request_rate", rate);
        workload.put("duration", seconds + "s");
        workload.put("osl", tokens);
        workload.put("extra_body", Map.of("temperature", temperature));
        if (dataset != null) {
            workload.put("dataset", Map.of("format", "jsonl", "path", dataset.toString()));
        }
        return JsonFormat.mapper().convertValue(workload, WorkloadRequest.class);
    }

    private String server(@Nullable String serviceId) {
        String wanted = String.valueOf(serviceId);
        for (URI known : configuration.aiServers()) {
            if (wanted.equals(known.toString()) || wanted.equals(known.getHost())) {
                return known.toString();
            }
        }
        if (wanted.startsWith("http://") || wanted.startsWith("https://")) {
            return wanted;
        }
        throw RequestRefusedException.invalid(
                "service_id",
                "service_id is no AI server that this service was started with: give its address, http://HOST:PORT");
    }

    private static void checkPrompts(@Nullable List<String> texts) {
        if (texts == null) {
            return;
        }
        boolean usable = !texts.isEmpty()
                && texts.size() <= MOST_PROMPTS
                && texts.stream()
                        .allMatch(text -> Objects.nonNull(text) && !text.isBlank() && text.length() <= LONGEST_PROMPT);
        if (!usable) {
            throw RequestRefusedException.invalid(
                    "prompts",
                    "prompts has to be a list of 1 to " + MOST_PROMPTS + " texts, none empty or longer than "
                            + LONGEST_PROMPT + " characters");
        }
    }

    private void show(Context context) {
        Group group = clients.require(RequestReader.benchmarkId(context));
        group.lock().lock();
        try {
            Map<String, Object> info = new LinkedHashMap<>();
            info.put("num_clients", group.definition().numClients());
            info.put("created_at", group.info().createdAt());
            info.put("job_id", group.job().jobId());
            info.put("status", status(group.state()));
            Run.Figures run = group.figures(0);
            info.put("load_config", run == null ? null : Redaction.tree(run.request()));
            ApiServer.json(context, 200, Map.of("group_id", group.benchmarkId(), "info", info));
        } finally {
            group.lock().unlock();
        }
    }

    /** In the earlier system's three words. */
    private static String status(GroupState state) {
        return switch (state) {
            case SUBMITTING, PENDING, STARTING -> "pending";
            case READY, RUNNING -> "running";
            case ENDING, ENDED, FAILED, CANCELLED, EXPIRED -> "stopped";
        };
    }

    private void delete(Context context) throws StorageException, InterruptedException {
        long id = RequestReader.benchmarkId(context);
        supervisor.delete(id);
        ApiServer.json(context, 200, Map.of("status", "deleted", "group_id", id));
    }
}
