package aifactory.service.http;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.GroupView;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunDispatched;
import aifactory.protocol.RunState;
import aifactory.protocol.RunView;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceLimits;
import aifactory.service.access.RouteAccess;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.coordination.RunCoordinator;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.Run;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Groups for those who benchmark: create, look, run, stop, follow, delete. */
final class GroupRoutes implements ApiServer.Routes {
    private static final String GROUP = "/api/v1/client-group/{id}";

    private final ClientManager clients;
    private final GroupSupervisor supervisor;
    private final RunCoordinator runs;
    private final ServiceClock clock;
    private final ServiceLimits limits;
    private final Semaphore followers;

    GroupRoutes(
            ClientManager clients,
            GroupSupervisor supervisor,
            RunCoordinator runs,
            ServiceClock clock,
            ServiceLimits limits) {
        this.clients = clients;
        this.supervisor = supervisor;
        this.runs = runs;
        this.clock = clock;
        this.limits = limits;
        this.followers = new Semaphore(limits.maximumFollowers());
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post(GROUP, this::create);
        registry.get(GROUP, RouteAccess.READ_OR_GROUP, this::show);
        registry.delete(GROUP, this::delete);
        registry.post(GROUP + "/run", RouteAccess.GROUP, this::run);
        registry.post(GROUP + "/stop", RouteAccess.GROUP, this::stop);
        registry.get(GROUP + "/events", this::events);
        registry.get("/api/v1/client-groups", this::list);
    }

    private void create(Context context) throws StorageException, InterruptedException {
        long id = RequestReader.benchmarkId(context);
        GroupRequest request = RequestReader.body(context, GroupRequest.class, limits.maximumRequestBytes());
        if (RequestReader.isSet(context, "dry_run")) {
            ApiServer.json(
                    context,
                    200,
                    Map.of("benchmark_id", id, "script", clients.creation().preview(id, request)));
            return;
        }
        ApiServer.json(context, 201, clients.creation().create(id, request));
    }

    private void show(Context context) {
        ApiServer.json(context, 200, view(clients.require(RequestReader.benchmarkId(context))));
    }

    private static GroupView view(Group group) {
        group.lock().lock();
        try {
            return new GroupView(group.benchmarkId(), group.info());
        } finally {
            group.lock().unlock();
        }
    }

    private void list(Context context) {
        int limit = (int) RequestReader.numberOr("limit", context.queryParam("limit"), 1_000, 1, 10_000);
        int offset = (int) RequestReader.numberOr("offset", context.queryParam("offset"), 0, 0, Integer.MAX_VALUE);
        List<Group> all = clients.all();
        List<GroupView> groups =
                all.stream().skip(offset).limit(limit).map(GroupRoutes::view).toList();
        ApiServer.json(context, 200, Map.of("groups", groups, "count", all.size()));
    }

    private void delete(Context context) throws StorageException, InterruptedException {
        long id = RequestReader.benchmarkId(context);
        supervisor.delete(id);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "deleted");
        answer.put("benchmark_id", id);
        ApiServer.json(context, 200, answer);
    }

    private void run(Context context) throws StorageException, InterruptedException {
        long id = RequestReader.benchmarkId(context);
        Group group = clients.find(id);
        if (group == null) {
            throw RequestRefusedException.notFound("Unknown benchmark id " + id);
        }
        WorkloadRequest request = RequestReader.body(context, WorkloadRequest.class, limits.maximumRequestBytes());
        GroupSecretScope.check(request);
        String when = context.queryParam("when");
        if (when != null && !when.equals("ready")) {
            throw RequestRefusedException.invalid("when", "when is '" + when + "': only 'ready' is known");
        }
        Run run = runs.begin(group, request, when != null);
        boolean queued = run.state() == RunState.QUEUED;
        ApiServer.json(
                context,
                queued ? 202 : 200,
                new RunDispatched(queued ? "queued" : "dispatched", id, run.runId(), answers(group, queued)));
    }

    private static List<RunDispatched.ClientAnswer> answers(Group group, boolean queued) {
        List<RunDispatched.ClientAnswer> answers = new ArrayList<>();
        group.lock().lock();
        try {
            if (!queued) {
                for (GroupClient client : group.liveClients()) {
                    answers.add(new RunDispatched.ClientAnswer(
                            client.registration().clientAddress(),
                            200,
                            Map.of(
                                    "status",
                                    "started",
                                    "num_clients",
                                    group.definition().numClients())));
                }
            }
            return answers;
        } finally {
            group.lock().unlock();
        }
    }

    private void stop(Context context) throws StorageException, InterruptedException {
        Group group = clients.require(RequestReader.benchmarkId(context));
        Run run = runs.stop(group, "stopped on request");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "stopping");
        answer.put("benchmark_id", group.benchmarkId());
        answer.put("run_id", run.runId());
        ApiServer.json(context, 200, answer);
    }

    /** The group's run once per second as server-sent events, until it ends or the client disconnects. */
    private void events(Context context) throws IOException, InterruptedException {
        Group group = clients.require(RequestReader.benchmarkId(context));
        if (!followers.tryAcquire()) {
            throw RequestRefusedException.unavailable(
                    limits.maximumFollowers() + " event streams are open, the limit of the service; close one");
        }
        try {
            context.contentType("text/event-stream").header("Cache-Control", "no-store");
            // The context's own stream would buffer events until some ten kilobytes have accumulated.
            OutputStream output = context.res().getOutputStream();
            boolean more = true;
            while (more && AccessControl.lasts(context)) {
                String data;
                group.lock().lock();
                try {
                    Run run = group.currentRun();
                    RunView view = run == null ? null : run.view(clock.epochNanos());
                    Object event = view == null ? new GroupView(group.benchmarkId(), group.info()) : view;
                    data = (view == null ? "event: group\ndata: " : "event: run\ndata: ")
                            + JsonFormat.mapper().writeValueAsString(event) + "\n\n";
                    more = !group.state().isTerminal();
                } finally {
                    group.lock().unlock();
                }
                output.write(data.getBytes(StandardCharsets.UTF_8));
                output.flush();
                if (more) {
                    TimeUnit.SECONDS.sleep(1);
                }
            }
        } finally {
            followers.release();
        }
    }
}
