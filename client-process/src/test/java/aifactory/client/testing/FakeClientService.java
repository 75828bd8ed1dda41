package aifactory.client.testing;

import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchAcknowledgement;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClockSample;
import aifactory.protocol.CommandPoll;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.ConnectResponse;
import aifactory.protocol.ErrorBody;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.SequenceConflict;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The service's side of the contract with a client, on loopback, with faults on order. Keeps batches as the real one
 * does: numbered without gaps, acknowledged once, never counted twice.
 */
public final class FakeClientService implements AutoCloseable {
    /** How long polls are held when the client does not say. */
    private static final int POLL_SECONDS = 1;

    private final ExecutorService executor = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("fake-service-", 0).factory());
    private final Object lock = new Object();
    private final List<ClientCommand> commands = new ArrayList<>();
    private final List<ConnectRequest> registrations = new ArrayList<>();
    private final Map<String, Integer> clients = new LinkedHashMap<>();
    private final List<ArmedMessage> armed = new ArrayList<>();
    private final List<Posting> postings = new ArrayList<>();
    private volatile @Nullable List<String> batchFormats = List.of(BatchFormat.CONTENT_TYPE);
    private volatile int answerToBinary = 200;
    private final Map<String, List<BatchMessage>> durable = new HashMap<>();
    private final List<Received> received = new ArrayList<>();
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final long benchmarkId;
    private volatile LongSupplier epochNanos = System::nanoTime;
    private @Nullable HttpServer server;
    private int port;
    private int firstClient;

    /** One batch as it came. */
    public record Posting(BatchMessage batch, byte[] body) {}

    /** One request as it came. */
    public record Received(
            String method,
            String path,
            String route,
            String query,
            @Nullable String authorization,
            byte[] body) {}

    /** What happens to a request instead of an answer; whether it still takes effect. */
    private record Fault(int status, String body, boolean takesEffect, Map<String, String> headers) {
        static final int NO_ANSWER = 0;
    }

    public FakeClientService(long benchmarkId) {
        this.benchmarkId = benchmarkId;
        comeBack();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The service's clock. */
    public void clock(LongSupplier source) {
        epochNanos = source;
    }

    /**
     * The next requests of the route (connect, commands, armed, batches, run, stop, observer) get that error, without
     * effect.
     */
    public void fail(String route, int times, int status, String detail) {
        fail(route, times, status, detail, Map.of());
    }

    public void fail(String route, int times, int status, String detail, Map<String, String> headers) {
        String body = JsonFormat.mapper().writeValueAsString(new ErrorBody(detail, "Error", status, null));
        script(route, times, new Fault(status, body, false, headers));
    }

    /** The next requests of the route get that answer, without effect. */
    public void answer(String route, int times, int status, String body) {
        script(route, times, new Fault(status, body, false, Map.of()));
    }

    /** The next requests of the route take effect, but the connection ends before the answer. */
    public void loseAnswers(String route, int times) {
        script(route, times, new Fault(Fault.NO_ANSWER, "", true, Map.of()));
    }

    private void script(String route, int times, Fault fault) {
        synchronized (lock) {
            for (int time = 0; time < times; time++) {
                faults.computeIfAbsent(route, _ -> new ArrayDeque<>()).add(fault);
            }
        }
    }

    /** Stops answering: connections are refused, those that are open end. */
    public void goAway() {
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
            server = null;
        }
    }

    /** Answers again, at the same port, with all that it had. */
    public void comeBack() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
            started.createContext("/", this::handle);
            started.setExecutor(executor);
            started.start();
            port = started.getAddress().getPort();
            server = started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends commands; their numbers are given here. */
    public void order(ClientCommand.Kind kind, @Nullable String runId, @Nullable Long startEpochNanos) {
        order(new ClientCommand(0, kind, runId, null, null, null, null, startEpochNanos));
    }

    public void order(ClientCommand command) {
        synchronized (lock) {
            commands.add(new ClientCommand(
                    commands.size() + 1,
                    command.kind(),
                    command.runId(),
                    command.salt(),
                    command.specification(),
                    command.targets(),
                    command.share(),
                    command.startEpochNanos()));
            lock.notifyAll();
        }
    }

    /**
     * Forgets who registered and what was ordered, as a service that lost its state.
     *
     * @param nextClient the number of the next client
     */
    public void forgetClients(int nextClient) {
        synchronized (lock) {
            clients.clear();
            commands.clear();
            firstClient = nextClient;
            lock.notifyAll();
        }
    }

    public List<ConnectRequest> registrations() {
        synchronized (lock) {
            return List.copyOf(registrations);
        }
    }

    public List<ArmedMessage> armed() {
        synchronized (lock) {
            return List.copyOf(armed);
        }
    }

    public List<Posting> postings() {
        synchronized (lock) {
            return List.copyOf(postings);
        }
    }

    /** The run's batches, each once, in order. */
    public List<BatchMessage> durable(String runId) {
        synchronized (lock) {
            return List.copyOf(durable.getOrDefault(runId, List.of()));
        }
    }

    public List<Received> received(String route) {
        synchronized (lock) {
            return received.stream().filter(each -> each.route().equals(route)).toList();
        }
    }

    /** How many of the route's faults are still to come. */
    public int faultsLeft(String route) {
        synchronized (lock) {
            return faults.getOrDefault(route, new ArrayDeque<>()).size();
        }
    }

    public boolean isComplete(String runId) {
        List<BatchMessage> batches = durable(runId);
        return !batches.isEmpty() && batches.getLast().last();
    }

    private void handle(HttpExchange exchange) throws IOException {
        long receivedNanos = epochNanos.getAsLong();
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String route = path.substring(path.lastIndexOf('/') + 1);
            byte[] body = exchange.getRequestBody().readAllBytes();
            Fault fault;
            synchronized (lock) {
                received.add(new Received(
                        exchange.getRequestMethod(),
                        path,
                        route,
                        String.valueOf(exchange.getRequestURI().getQuery()),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        body));
                Deque<Fault> scripted = faults.get(route);
                fault = scripted == null ? null : scripted.poll();
            }
            if (fault != null && !fault.takesEffect()) {
                fault.headers().forEach(exchange.getResponseHeaders()::set);
                send(exchange, fault.status(), fault.body());
                return;
            }
            Answer answer = answer(exchange, path, route, body, receivedNanos);
            if (fault == null || fault.status() != Fault.NO_ANSWER) {
                send(exchange, answer.status(), answer.json());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Answer(int status, String json) {
        static Answer of(int status, Object value) {
            return new Answer(status, JsonFormat.mapper().writeValueAsString(value));
        }

        static Answer error(int status, String detail) {
            return of(status, new ErrorBody(detail, "Error", status, null));
        }
    }

    private Answer answer(HttpExchange exchange, String path, String route, byte[] body, long receivedNanos)
            throws IOException, InterruptedException {
        if (!path.startsWith("/api/v1/client-group/" + benchmarkId + "/")) {
            return Answer.error(404, "Benchmark id not found");
        }
        return switch (route) {
            case "connect" -> connect(body);
            case "commands" -> commands(exchange, path, receivedNanos);
            case "armed" -> armed(body);
            case "batches" -> batch(exchange, body, receivedNanos);
            case "run" ->
                new Answer(200, "{\"status\":\"dispatched\",\"benchmark_id\":1,\"run_id\":\"r\",\"results\":[{},{}]}");
            case "stop" -> new Answer(200, "{\"status\":\"stopped\"}");
            case "observer" -> new Answer(201, "{\"status\":\"registered\"}");
            default -> Answer.error(404, "no such route");
        };
    }

    /** Says at the next registration which batches it takes; null as a service of the version before. */
    public void batchFormats(@Nullable List<String> formats) {
        batchFormats = formats;
    }

    /** From now on binary batches are refused with that status, regardless of what was offered. */
    public void refusesBinary(int status) {
        answerToBinary = status;
    }

    private Answer connect(byte[] body) {
        ConnectRequest request = JsonFormat.mapper().readValue(body, ConnectRequest.class);
        synchronized (lock) {
            registrations.add(request);
            int client = clients.computeIfAbsent(String.valueOf(request.instance()), _ -> firstClient + clients.size());
            return Answer.of(
                    201,
                    new ConnectResponse(
                            "registered",
                            benchmarkId,
                            request.clientAddress(),
                            client,
                            POLL_SECONDS,
                            10,
                            batchFormats));
        }
    }

    private Answer commands(HttpExchange exchange, String path, long receivedNanos) throws InterruptedException {
        Map<String, Long> query = new HashMap<>();
        for (String part : exchange.getRequestURI().getQuery().split("&")) {
            query.put(part.substring(0, part.indexOf('=')), Long.parseLong(part.substring(part.indexOf('=') + 1)));
        }
        long after = query.getOrDefault("after", 0L);
        long endNanos =
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(query.getOrDefault("wait_ms", POLL_SECONDS * 1_000L));
        synchronized (lock) {
            int client = Integer.parseInt(path.substring(path.indexOf("/clients/") + 9, path.lastIndexOf('/')));
            while (clients.containsValue(client)
                    && commands.size() <= after
                    && System.nanoTime() - endNanos < 0
                    && server != null) {
                lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime())));
            }
            if (!clients.containsValue(client)) {
                return Answer.error(404, "Unknown client " + client);
            }
            List<ClientCommand> fresh = commands.subList((int) Math.min(after, commands.size()), commands.size());
            return Answer.of(200, new CommandPoll(List.copyOf(fresh), sample(receivedNanos)));
        }
    }

    private Answer armed(byte[] body) {
        synchronized (lock) {
            armed.add(JsonFormat.mapper().readValue(body, ArmedMessage.class));
            return new Answer(200, "{}");
        }
    }

    private Answer batch(HttpExchange exchange, byte[] body, long receivedNanos) throws IOException {
        boolean binary =
                BatchFormat.CONTENT_TYPE.equals(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (!binary && !"gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
            return Answer.error(415, "gzip expected");
        }
        if (binary && answerToBinary != 200) {
            return Answer.error(answerToBinary, "the body is not JSON");
        }
        if (binary) {
            return taken(BatchFormat.decode(body), body, receivedNanos);
        }
        BatchMessage batch;
        try (InputStream json = new GZIPInputStream(new ByteArrayInputStream(body))) {
            batch = JsonFormat.mapper().readValue(json, BatchMessage.class);
        }
        return taken(batch, body, receivedNanos);
    }

    private Answer taken(BatchMessage batch, byte[] body, long receivedNanos) {
        synchronized (lock) {
            postings.add(new Posting(batch, body));
            List<BatchMessage> run = durable.computeIfAbsent(batch.runId(), _ -> new ArrayList<>());
            if (batch.sequence() > run.size()) {
                return Answer.of(
                        409,
                        new SequenceConflict(
                                "batch " + run.size() + " is next", "Conflict", 409, null, batch.runId(), run.size()));
            }
            if (batch.sequence() == run.size()) {
                run.add(batch);
            }
            return Answer.of(200, new BatchAcknowledgement(batch.runId(), run.size() - 1, sample(receivedNanos)));
        }
    }

    /** Puts the run's batches there as if an earlier exchange had brought them. */
    public void alreadyDurable(String runId, int count) {
        synchronized (lock) {
            List<BatchMessage> run = durable.computeIfAbsent(runId, _ -> new ArrayList<>());
            while (run.size() < count) {
                run.add(new BatchMessage(runId, run.size(), false, null, List.of(), null));
            }
        }
    }

    private ClockSample sample(long receivedNanos) {
        return new ClockSample(receivedNanos, epochNanos.getAsLong());
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        goAway();
        synchronized (lock) {
            lock.notifyAll();
        }
        executor.shutdownNow();
    }
}
