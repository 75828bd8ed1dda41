package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command that contacts a service, against one that puts terminal sequences into each text that it sends: into
 * names, reasons, log lines and errors, as JSON and as something else, with every kind of status.
 */
final class HostileServiceTest {
    private static final String HOSTILE = "x\u001b]0;title\u0007\u001b[2J\u001b[31mred\u009b1A\rspoof\b\u202etxt\u2066";
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069&&[^\\n\\t]]");
    /**
     * Commands that contact no Client Service, or do not end by themselves; {@code client} and {@code server} are for
     * jobs.
     */
    private static final List<String> OTHERS = List.of(
            "benchmark",
            "client",
            "completion",
            "config reference",
            "config schema",
            "config show",
            "dataset",
            "demo",
            "image build",
            "runs",
            "trend",
            "serve",
            "server",
            "simulate",
            "sweep",
            "version",
            "help",
            "generate-completion");

    private static final Map<String, List<String>> ARGUMENTS = new TreeMap<>(Map.ofEntries(
            Map.entry("cleanup", List.of()),
            Map.entry("compare", List.of("r1", "--", "r2")),
            Map.entry("doctor", List.of("1")),
            Map.entry("explain", List.of("r1")),
            Map.entry("export", List.of("r1", "--format", "csv", "--output", "out")),
            Map.entry("group create", List.of("1", "--num-clients", "1")),
            Map.entry("group delete", List.of("1")),
            Map.entry("group list", List.of()),
            Map.entry("group show", List.of("1")),
            Map.entry("jobs", List.of()),
            Map.entry("logs", List.of("1")),
            Map.entry("plan", List.of("--num-clients", "1")),
            Map.entry("report", List.of("r1", "--output", "out")),
            Map.entry("run", List.of("1", "--duration", "1s")),
            Map.entry("stop", List.of("1")),
            Map.entry("usage", List.of("1")),
            Map.entry("wait", List.of("1", "--for", "ready", "--timeout", "1s"))));

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    private final AtomicInteger asked = new AtomicInteger();
    private volatile int status = 200;
    private volatile String body = "";
    private volatile String type = "application/json";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) {
        asked.incrementAndGet();
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(character -> json.append(String.format("\\u%04x", character)));
        return json.append('"').toString();
    }

    /**
     * Everything that a command looks for, each text of it hostile; a command must reject unreadable input with a clean
     * message too.
     */
    private static String answerTo(String verb) {
        String hostile = quoted(HOSTILE);
        String job = "{\"benchmark_id\":1,\"status\":\"pending\",\"job_id\":" + hostile + ",\"job_state\":" + hostile
                + ",\"reason\":" + hostile + ",\"registered_clients\":0,\"num_clients\":1,\"created_at\":" + hostile
                + ",\"nodes\":[" + hostile + "],\"live\":true}";
        String info = "{\"num_clients\":1,\"min_clients\":1,\"time_limit\":5,\"client_address\":" + hostile
                + ",\"created_at\":" + hostile + ",\"status\":\"failed\",\"job_id\":" + hostile + ",\"job_state\":"
                + hostile
                + ",\"reason\":" + hostile + ",\"registered_clients\":1,\"clients\":[{\"id\":0,\"address\":" + hostile
                + ",\"node\":" + hostile + ",\"state\":\"registered\"}],\"log_paths\":[" + hostile
                + "],\"ai_servers\":[" + hostile + "]}";
        return switch (verb) {
            case "jobs" ->
                "{\"dispatcher\":" + hostile + ",\"service\":" + hostile + ",\"jobs\":[" + job
                        + "],\"native_commands\":[" + hostile + "]}";
            case "doctor" ->
                "{\"benchmark_id\":1,\"status\":\"pending\",\"job_id\":" + hostile + ",\"job_state\":" + hostile
                        + ",\"reason\":" + hostile + ",\"verdict\":" + hostile + ",\"cause\":" + hostile
                        + ",\"remedy\":" + hostile
                        + ",\"facts\":[" + hostile + "],\"findings\":[{\"path\":" + hostile + ",\"count\":1,\"line\":"
                        + hostile
                        + ",\"meaning\":" + hostile + "}],\"native_commands\":[" + hostile + "]}";
            case "logs" ->
                "{\"benchmark_id\":1,\"job_id\":" + hostile + ",\"status\":\"running\",\"logs\":[{\"path\":" + hostile
                        + ",\"size_bytes\":5,\"problem\":" + hostile + ",\"lines\":[" + hostile + "]}],\"findings\":[],"
                        + "\"native_commands\":[" + hostile + "]}";
            case "usage" ->
                "{\"benchmark_id\":1,\"job_id\":" + hostile + ",\"job_state\":" + hostile
                        + ",\"elapsed_seconds\":1,\"nodes\":1,\"cpus\":1,\"requested_memory\":" + hostile
                        + ",\"node_hours\":1,\"cpu_hours\":1,\"steps\":[],\"advice\":[" + hostile
                        + "],\"native_commands\":[" + hostile + "]}";
            case "cleanup" ->
                "{\"dry_run\":true,\"jobs\":[{\"job_id\":" + hostile + ",\"benchmark_id\":1,\"reason\":" + hostile
                        + ",\"outcome\":" + hostile + "}],\"logs\":[],\"native_commands\":[" + hostile + "]}";
            case "group list" -> "{\"groups\":[{\"benchmark_id\":1,\"info\":" + info + "}],\"count\":1}";
            case "group create" ->
                "{\"status\":" + hostile + ",\"benchmark_id\":1,\"num_clients\":1,\"job_id\":" + hostile + "}";
            default ->
                "{\"benchmark_id\":1,\"info\":" + info + ",\"status\":" + hostile + ",\"run_id\":" + hostile + "}";
        };
    }

    static Stream<String> verbs() {
        return ARGUMENTS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void noVerbPrintsWhatATerminalWouldCarryOut(String verb) {
        String error = "{\"detail\":" + quoted(HOSTILE) + ",\"title\":" + quoted(HOSTILE) + ",\"status\":422,\"field\":"
                + quoted(HOSTILE) + "}";
        check(verb, 200, "application/json", answerTo(verb));
        for (int refused : new int[] {401, 404, 409, 422, 500, 503}) {
            check(verb, refused, "application/problem+json", error);
        }
        for (int any : new int[] {200, 302, 502}) {
            check(verb, any, "text/html", "<html>" + HOSTILE + "</html>");
            check(verb, any, "application/json", "{\"a\":\"" + HOSTILE);
        }
    }

    private void check(String verb, int withStatus, String withType, String withBody) {
        status = withStatus;
        type = withType;
        body = withBody;
        int before = asked.get();
        List<String> arguments = new ArrayList<>(List.of(verb.split(" ")));
        arguments.add("--service=http://127.0.0.1:" + server.getAddress().getPort());
        arguments.addAll(ARGUMENTS.getOrDefault(verb, List.of()));
        Outcome outcome = new InvocationHarness(directory).run(arguments.toArray(String[]::new));
        String printed = outcome.out() + outcome.err();
        assertThat(asked.get())
                .as("%s asked the service: %s", arguments, printed)
                .isGreaterThan(before);
        assertThat(CONTROL.matcher(printed).find())
                .as("%s answered %s %s printed %s", arguments, withStatus, withType, printed.replace("\u001b", "ESC"))
                .isFalse();
    }

    @Test
    void everyVerbIsInTheTable() {
        Outcome help = new InvocationHarness(directory).run("--help");
        TreeSet<String> known = new TreeSet<>();
        ARGUMENTS.keySet().forEach(verb -> known.add(verb.split(" ")[0]));
        OTHERS.forEach(verb -> known.add(verb.split(" ")[0]));
        List<String> verbs = help.out()
                .lines()
                .filter(line -> line.matches("  [a-z][a-z-]*( .*)?"))
                .map(line -> line.strip().split("[ ,]")[0])
                .toList();
        assertThat(verbs)
                .as("%s", help.out())
                .isNotEmpty()
                .allSatisfy(verb -> assertThat(known).contains(verb));
        assertThat(Arrays.asList("jobs", "doctor"))
                .allSatisfy(verb -> assertThat(verbs).contains(verb));
    }
}
