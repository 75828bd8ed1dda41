package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RunAggregate;
import aifactory.service.groups.Group;
import aifactory.service.runs.Run;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory is bounded by what is open: what was measured leaves the heap with its run, and a deleted group leaves
 * nothing.
 */
final class EndedRunsTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
    }

    @AfterEach
    void end() {
        service.close();
    }

    /** How many objects of the class can be reached, counted by the Java virtual machine. */
    private static long reachable(Class<?> type) {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            Matcher line = Pattern.compile(
                            "(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(type.getName()) + "\\b.*$")
                    .matcher(histogram);
            return line.find() ? Long.parseLong(line.group(1)) : 0;
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitThatNothingGoes() {
        List<Long> counts = new ArrayList<>();
        Eventually.await(
                "the objects of other tests stay",
                () -> {
                    counts.add(reachable(Run.class) + reachable(RunAggregate.class) + reachable(Group.class));
                    return counts.size() >= 5
                            && counts.subList(counts.size() - 5, counts.size()).stream()
                                            .distinct()
                                            .count()
                                    == 1;
                },
                stay -> stay);
    }

    @Test
    void endedRunsAndDeletedGroupsAreNotReachable() {
        // What other tests of this process may have left, once their threads have ended.
        awaitThatNothingGoes();
        long runs = reachable(Run.class);
        long aggregates = reachable(RunAggregate.class);
        long groups = reachable(Group.class);
        List<FakeClient> kept = service.readyGroup(1, 2);
        for (int number = 0; number < 5; number++) {
            String runId = service.started(1, kept);
            assertThat(reachable(Run.class) - runs).as("while it is active").isEqualTo(1);
            kept.forEach(client -> client.measure(runId, 20));
            service.awaitRun(runId, "completed");
            service.awaitStatus(1, "ready");
        }
        for (long id = 2; id < 5; id++) {
            List<FakeClient> clients = service.readyGroup(id, 1);
            service.started(id, clients);
            service.api().delete(TestService.group(id)).expect(200);
        }
        service.create(9, Map.of("num_clients", 0)).expect(422);
        service.api().get("/metrics").expect(200);

        // Of eight runs; the thread that handled the last one may hold it.
        Eventually.await("no ended run is reachable", () -> reachable(Run.class) - runs, more -> more <= 1);
        Eventually.await("nor what it measured", () -> reachable(RunAggregate.class) - aggregates, more -> more <= 1);
        assertThat(reachable(Group.class) - groups).as("the one that is open").isLessThanOrEqualTo(1);
        String metrics =
                service.api().get("/api/v1/client-group/1/metrics").expect(200).text();
        assertThat(metrics).as("the last figures stay").contains("client_requests_success{benchmark_id=\"1\"} 80.0");
    }
}
