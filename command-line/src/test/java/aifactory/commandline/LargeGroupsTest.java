package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.ClientState;
import aifactory.protocol.ClientView;
import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupState;
import aifactory.protocol.GroupUsage;
import aifactory.protocol.GroupView;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerState;
import aifactory.protocol.ServerView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed of a group of a thousand clients and sixty-four servers: grouped, with what differs. */
final class LargeGroupsTest {
    private static final int CLIENTS = 1_000;
    private static final int SERVERS = 64;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private final StubService service;

    LargeGroupsTest() throws IOException {
        service = new StubService();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--service=" + service.address());
        return new InvocationHarness(directory).run(all.toArray(String[]::new));
    }

    /** Every fiftieth client is lost, every server but two is ready. */
    private static GroupView group() {
        List<ClientView> clients = new ArrayList<>();
        for (int id = 0; id < CLIENTS; id++) {
            clients.add(new ClientView(
                    id,
                    "http://10.0." + id / 250 + "." + id % 250 + ":9000",
                    "node%04d".formatted(id + 1),
                    id % 50 == 7 ? ClientState.LOST : ClientState.REGISTERED,
                    id / 1_000.0));
        }
        List<ServerView> servers = new ArrayList<>();
        for (int number = 0; number < SERVERS; number++) {
            boolean failed = number == 3;
            servers.add(new ServerView(
                    number,
                    number,
                    0,
                    "gpu%03d".formatted(number),
                    "http://gpu%03d:8000".formatted(number),
                    failed ? ServerState.FAILED : number == 5 ? ServerState.STARTING : ServerState.READY,
                    List.of("vllm", "serve"),
                    "/logs/server_7_" + number + ".log",
                    failed ? null : 12.0,
                    failed
                            ? new ServerFailure(
                                    ServerFailure.Cause.OUT_OF_GPU_MEMORY, "no memory is left", 1, List.of(), 0)
                            : null));
        }
        return new GroupView(
                7,
                new GroupInfo(
                        CLIENTS,
                        950,
                        60,
                        "http://10.0.0.0:9000",
                        "2026-11-30T08:00:00Z",
                        GroupState.READY,
                        "41",
                        "RUNNING",
                        null,
                        null,
                        CLIENTS,
                        clients,
                        List.of("/logs/7.out", "/logs/7.err"),
                        List.of(),
                        servers,
                        null,
                        null));
    }

    @Test
    void clientsAndServersAreGroupedByState() {
        service.on("GET /api/v1/client-group/7", group());

        Outcome outcome = run("group", "show", "7");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines().count()).as(outcome.out()).isLessThan(40);
        assertThat(outcome.out())
                .containsPattern("registered +980 +node\\[0001-0007,0009-0057,")
                .containsPattern("lost +20 +node\\[0008,0058,0108,")
                .contains("0.000 to 0.999 ms")
                .containsPattern("servers +62 of 64 ready")
                .containsPattern("servers +1 of 64 starting")
                .containsPattern("servers +1 of 64 failed")
                .contains("no memory is left", "/logs/server_7_3.log")
                .doesNotContain("server_7_4.log");
        assertThat(JsonFormat.mapper()
                        .readTree(run("group", "show", "7", "--json").out())
                        .at("/info/clients"))
                .as("--json has every client")
                .hasSize(CLIENTS);
    }

    @Test
    void stepsAreCountedWhereTheyAreMany() {
        List<GroupUsage.Step> steps = new ArrayList<>();
        for (int step = 0; step < 256; step++) {
            steps.add(new GroupUsage.Step(
                    String.valueOf(step), "aifactory client", 1, 1L << 28, "node1", 1.0, null, null));
        }
        service.on(
                "GET /api/v1/client-group/7/usage",
                new GroupUsage(
                        7, "local-1", "RUNNING", 10, 1, 8, "", 0.1, 0.1, 1L << 28, 0.5, steps, List.of(), List.of()));

        Outcome outcome = run("usage", "7");

        assertThat(outcome.out().lines().count()).isLessThan(50);
        assertThat(outcome.out()).contains("224 more; --json lists all");
        assertThat(JsonFormat.mapper()
                        .readTree(run("usage", "7", "--json").out())
                        .path("steps"))
                .hasSize(256);
    }
}
