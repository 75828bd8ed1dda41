package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For any invalid input: one clear line, the contract's exit code, no stack trace, nothing left behind. */
final class BadInputTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness = new InvocationHarness(Path.of("/"));

    @BeforeEach
    void prepare() {
        harness = new InvocationHarness(directory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "version --jsn | unknown option '--jsn': did you mean --json?",
                "confg show | unknown command 'confg': did you mean config?",
                "version now | unexpected argument 'now'",
                "demo --duration abc | invalid value for --duration: 'abc' is not a duration",
                "demo --benchmark-duration=abc | invalid value for --benchmark-duration: 'abc' is not a duration",
                "demo --duration 5s --benchmark-duration abc | invalid value for --benchmark-duration: 'abc'",
                "demo --num-prompts x | invalid value for --num-prompts: 'x'",
                "demo --duration | missing required parameter for option '--duration'",
                "run 5 --max-concurrency 0 | invalid value for --max-concurrency: '0'",
                "serve --journal-days x | invalid value for --journal-days: 'x'",
                "simulate --request-rate 5 | unknown option '--request-rate'",
                "simulate --port 70000 | '70000' is not a port: give a number from 1 to 65535",
                "simulate --port -1 | '-1' is not a port",
                "simulate --port abc | 'abc' is not a port",
                "simulate --ttft fast | 'fast' is not a duration: give a number with a unit",
                "simulate --ttft -5ms | '-5ms' is not a duration",
                "simulate --max-num-seqs 0 | --max-num-seqs 0: give a number from 1 to",
                "simulate --fault explode | there is no fault 'explode'",
                "simulate --seed | missing required parameter for option '--seed'",
                "config | 'aifactory config' requires one of: s",
                "benchmark --ai-server 127.0.0.1:9 --model base=0.7,adapter=0.4 | the weights of base, adapter add up to 1.1 and not to 1",
                "benchmark --ai-server 127.0.0.1:9 --model base=0.7,adapter=0.2 | the weights of base, adapter add up to 0.9 and not to 1",
                "benchmark --ai-server 127.0.0.1:9 --model base=0,adapter=1 | 'base' has the weight 0.0",
                "benchmark --ai-server 127.0.0.1:9 --model base=0.5,base=0.5 | 'base' has two weights",
                "benchmark --ai-server 127.0.0.1:9 --model base=0.7,adapter=x | invalid value for --model: 'adapter=x' (expected NAME",
                "benchmark --ai-server 127.0.0.1:9 --model base=0.7,adapter | invalid value for --model: 'adapter' (expected NAME",
                "benchmark --ai-server 127.0.0.1:9 --model =0.7,adapter=0.3 | invalid value for --model: '=0.7' (expected NAME",
                "benchmark --ai-server 127.0.0.1:9 --model base=1.5,adapter=-0.5 | invalid value for --model: 'adapter=-0.5'",
                "demo --num-clients 0 | '0' is not possible: give a whole number from 1 to",
                "demo --num-clients -3 | '-3' is not possible",
                "demo --num-clients 1000 | --num-clients 1000: a demonstration on one machine takes at most",
                "demo --num-clients 99999999999999999999 | is not possible: give a whole number",
                "demo --request-rate 0 | '0' is not possible: give a number greater than 0",
                "demo --request-rate -5 | '-5' is not possible",
                "demo --request-rate NaN | 'NaN' is not possible",
                "demo --duration 0s | give a time above 0",
                "demo --duration 400d | '400d' is longer than a year",
                "demo --requst-rate 5 | unknown option '--requst-rate': did you mean --request-rate?",
                "demo --output /proc/nowhere | output directory /proc/nowhere cannot be written in",
                "demo --concurrency 5 --arrival-pattern posson | 'posson' is not known: did you mean poisson?",
                "demo --ignore-eos=maybe | 'maybe'",
                "benchmark | no AI server to measure: give one with --ai-server",
                "benchmark --ai-server ftp://node17 | 'ftp://node17' is not the address of an AI server: 'ftp' is not http, https or unix",
                "benchmark --ai-server http://node17:8000/path?a=b | it has a query or a fragment; pass a query with --path",
                "benchmark --ai-server user:secret@node17:8000 | '***@node17:8000' is not the address of an AI server: it contains a user name or a key",
                "benchmark --ai-server http:/node17 | '//' is missing behind 'http:'",
                "benchmark --ai-server node17:8000 --proxy user:secret@proxy:1 | a proxy with a user name or a password is not supported",
                "benchmark --ai-server node17:8000 --proxy http://proxy:1/?key=secret | it has a query or a fragment",
                "benchmark -f /no/such.yaml | benchmark file /no/such.yaml does not exist",
                "benchmark --dispatcher slrm | 'slrm' is not known",
                "group create five --num-clients 1 | 'five' is not possible",
                "group create -5 --num-clients 1 | '-5'",
                "group create 5 | missing required option: '--num-clients=N'",
                "group create 5 --num-clients 2 --time-limit 0 | '0' is not possible: give a whole number from 1 to 43200",
                "wait 5 --for redy | 'redy' is not known: did you mean ready?",
                "run 5 --output somewhere | --output",
                "export 5 --format vlm --output x | 'vlm' is not known: did you mean vllm?",
                "serve --auth anyone | 'anyone' is not known",
                "client | --client-service-addr is missing, and CLIENT_SERVICE_ADDR is not set",
            })
    void namesTheValueAndTheRemedyInOneLine(String arguments, String expected) throws IOException {
        Outcome outcome = harness.run(arguments.split(" "));

        assertRefused(outcome, expected);
        assertThat(outcome.err()).doesNotContain("secret");
    }

    @Test
    void refusesToBeCalledWithoutAVerb() throws IOException {
        assertRefused(harness.run(), "no command given");
    }

    @Test
    void blamesTheVariableThatHasTheWrongValue() throws IOException {
        harness.with("AIFACTORY_DURATION", "abc");

        assertRefused(harness.run("demo"), "invalid value for AIFACTORY_DURATION: 'abc' is not a duration");
        assertRefused(harness.run("demo", "--duration", "xyz"), "invalid value for --duration: 'xyz'");
    }

    @Test
    void tellsThatNoServiceIsRunning() throws IOException {
        Outcome outcome = harness.run("group", "list");

        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("no Client Service is running").contains("'aifactory serve'");
        assertThat(remaining()).isEmpty();
    }

    @Test
    void tellsThatTheAiServerCannotBeReached() throws IOException {
        Outcome outcome = harness.run("benchmark", "--ai-server", "http://127.0.0.1:" + unusedPort());

        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("cannot be reached: connection refused");
        assertThat(remaining()).isEmpty();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void namesAPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = harness.run("simulate", "--port", String.valueOf(taken.getLocalPort()));

            assertRefused(outcome, String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void showsTheStackTraceOnlyWhenDebugging() {
        Outcome outcome = harness.with("AIFACTORY_DEBUG", "1").run("simulate", "--fault", "explode");

        assertThat(outcome.err()).contains("\tat aifactory.");
        assertThat(outcome.errorLines().getLast()).startsWith("aifactory: ");
    }

    private void assertRefused(Outcome outcome, String expected) throws IOException {
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).startsWith("aifactory: ").contains(expected);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(remaining()).isEmpty();
    }

    private List<Path> remaining() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
