package aifactory.service.testing;

import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.CommandPoll;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.ConnectResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client process as the service sees one: it registers, polls, arms itself, delivers. Acts only when the test orders
 * it.
 */
public final class FakeClient {
    private final Supplier<Api> service;
    private final long benchmarkId;
    private final int id;
    private final List<ClientCommand> commands = new ArrayList<>();
    private final Set<String> prepared = new HashSet<>();

    private FakeClient(Supplier<Api> service, long benchmarkId, int id) {
        this.service = service;
        this.benchmarkId = benchmarkId;
        this.id = id;
    }

    /** What the process of that number says when it registers. */
    public static ConnectRequest registration(int processNumber) {
        return new ConnectRequest(
                "http://127.0.0.1:" + (19_000 + processNumber),
                "7000",
                "node" + processNumber,
                processNumber,
                0,
                "instance-" + processNumber,
                List.of("eth0=10.0.0." + processNumber),
                4,
                "test");
    }

    /**
     * Registers the process of that number.
     *
     * @param service queried again for every exchange, so that the client survives a restart
     */
    public static FakeClient connect(Supplier<Api> service, long benchmarkId, int processNumber) {
        ConnectResponse response = service.get()
                .post("/api/v1/client-group/" + benchmarkId + "/connect", registration(processNumber))
                .expect(201)
                .as(ConnectResponse.class);
        return new FakeClient(service, benchmarkId, response.clientId());
    }

    public int id() {
        return id;
    }

    public String path(String what) {
        return "/api/v1/client-group/" + benchmarkId + "/clients/" + id + "/" + what;
    }

    /** Asks for commands without waiting; returns those that are new. */
    public List<ClientCommand> poll() {
        long after = commands.isEmpty() ? 0 : commands.getLast().sequence();
        CommandPoll poll = service.get()
                .get(path("commands?after=" + after + "&wait_ms=0"))
                .expect(200)
                .as(CommandPoll.class);
        commands.addAll(poll.commands());
        return poll.commands();
    }

    /** Polls until a command of that kind has arrived. */
    public ClientCommand await(ClientCommand.Kind kind, @Nullable String runId) {
        return Eventually.await(
                        "client " + id + ": " + kind,
                        () -> {
                            ClientCommand found = find(kind, runId);
                            if (found == null) {
                                poll();
                                found = find(kind, runId);
                            }
                            return Optional.ofNullable(found);
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private @Nullable ClientCommand find(ClientCommand.Kind kind, @Nullable String runId) {
        for (ClientCommand command : commands) {
            if (command.kind() == kind && (runId == null || runId.equals(command.runId()))) {
                return command;
            }
        }
        return null;
    }

    /** Every command so far, in order. */
    public List<ClientCommand> commands() {
        return List.copyOf(commands);
    }

    public Answer armed(String runId, @Nullable String error) {
        return service.get().post(path("armed"), new ArmedMessage(runId, error));
    }

    public Answer deliver(BatchMessage batch) {
        return service.get().post(path("batches"), batch);
    }

    /** The bytes as a batch in the binary form. */
    public Answer deliverBinary(byte[] body) {
        return service.get().send("POST", path("batches"), body, Map.of("Content-Type", BatchFormat.CONTENT_TYPE));
    }

    /** Waits for the next order to prepare and obeys it; the run's id. */
    public String prepare() {
        ClientCommand prepare = Eventually.await(
                        "client " + id + ": an order to prepare",
                        () -> {
                            poll();
                            return commands.stream()
                                    .filter(command -> command.kind() == ClientCommand.Kind.PREPARE)
                                    .filter(command -> !prepared.contains(String.valueOf(command.runId())))
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
        String runId = String.valueOf(prepare.runId());
        prepared.add(runId);
        armed(runId, null).expect(200);
        return runId;
    }

    /** Measures for two seconds, with so many requests in each, and says that it is done. */
    public void measure(String runId, int requests) {
        deliver(Measurements.batch(runId, id, 0, requests)).expect(200);
        deliver(Measurements.batch(runId, id, 1, requests)).expect(200);
        deliver(Measurements.last(runId, 2, 2, false)).expect(200);
    }
}
