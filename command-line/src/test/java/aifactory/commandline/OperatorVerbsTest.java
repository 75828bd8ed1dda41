package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.CleanupView;
import aifactory.protocol.GroupDiagnosis;
import aifactory.protocol.GroupLogs;
import aifactory.protocol.GroupState;
import aifactory.protocol.GroupUsage;
import aifactory.protocol.JobList;
import aifactory.protocol.JobView;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.LogFinding;
import aifactory.protocol.LogView;
import aifactory.protocol.PlanView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators see of {@code jobs}, {@code doctor}, {@code logs}, {@code usage}, {@code plan} and {@code cleanup}.
 */
final class OperatorVerbsTest {
    private static final String SQUEUE = "squeue --me -h";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private StubService service;

    OperatorVerbsTest() throws IOException {
        service = new StubService();
    }

    @AfterEach
    void close() {
        service.close();
    }

    @BeforeEach
    void noGroupIsKnown() {
        service.on("GET /api/v1/jobs", jobs());
    }

    private Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(1, "--service=" + service.address());
        return new InvocationHarness(directory).run(all.toArray(String[]::new));
    }

    private static JobList jobs(JobView... jobs) {
        return new JobList("slurm", "http://login:8001", List.of(jobs), List.of(SQUEUE));
    }

    private static JobView job(
            long id, GroupState status, @Nullable String jobState, @Nullable String reason, boolean live) {
        Instant now = Instant.now();
        return new JobView(
                id,
                status,
                "4" + id,
                jobState,
                reason,
                0,
                3,
                now.minus(5, ChronoUnit.MINUTES).toString(),
                null,
                null,
                null,
                List.of(),
                live);
    }

    private static GroupDiagnosis diagnosis(long id, String verdict, String cause, LogFinding... findings) {
        return new GroupDiagnosis(
                id,
                GroupState.PENDING,
                "4" + id,
                "PENDING",
                "PartitionTimeLimit",
                verdict,
                cause,
                "set --time-limit to 120 or less",
                List.of("partition 'dgx': 4 idle"),
                null,
                List.of(findings),
                List.of("scontrol show job -o 4" + id));
    }

    @Test
    void jobsAreListedWithWhatEachIsAt() {
        service.on(
                "GET /api/v1/jobs",
                jobs(
                        job(1, GroupState.PENDING, "PENDING", "waits: " + "x".repeat(300), true),
                        job(2, GroupState.CANCELLED, "CANCELLED by 0", null, false)));

        Outcome outcome = run("jobs", "--all", "--verbose");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("JOB").contains("GROUP", "STATE", "CLIENTS", "WHY");
        assertThat(lines.get(1))
                .startsWith("41")
                .contains("pending", "0/3", "waits: xxx")
                .endsWith("…")
                .hasSizeLessThan(200);
        assertThat(lines.get(2)).contains("cancelled (CANCELLED by 0), deleted");
        assertThat(outcome.err()).contains("$ " + SQUEUE);
        assertThat(service.questions()).containsExactly("GET /api/v1/jobs?deleted=50");
    }

    @Test
    void noJobsAreSaidToBeNone() {
        assertThat(run("jobs").out()).contains("no jobs; --all shows those of deleted groups");
        assertThat(run("doctor").out()).contains("no groups, so nothing to diagnose");
        assertThat(run("logs").out()).contains("no groups, so no logs");
    }

    @Test
    void theDoctorTellsCauseAndRemedyAndFailsWhereSomethingIsWrong() {
        LogFinding finding = new LogFinding("/logs/1.err", 3, "ERROR connection refused", "nothing listens there");
        service.on("GET /api/v1/client-group/1/diagnosis", diagnosis(1, "blocked", "longer than it may be", finding));

        Outcome outcome = run("doctor", "1", "--verbose");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("group 1 is pending, job 41 is PENDING (PartitionTimeLimit)")
                .contains("blocked: longer than it may be")
                .contains("remedy: set --time-limit to 120 or less")
                .contains("- partition 'dgx': 4 idle")
                .contains("ERROR connection refused  (3 times)")
                .contains("nothing listens there");
        assertThat(outcome.err()).contains("$ scontrol show job -o 41");
    }

    @Test
    void theDoctorSeesEveryGroupAndFailsForOneOfThem() {
        service.on(
                "GET /api/v1/jobs",
                jobs(
                        job(1, GroupState.PENDING, "PENDING", null, true),
                        job(2, GroupState.PENDING, "PENDING", null, true)));
        service.on("GET /api/v1/client-group/1/diagnosis", diagnosis(1, "waiting", "others come first"));
        service.on("GET /api/v1/client-group/2/diagnosis", diagnosis(2, "waiting", "others come first too"));
        assertThat(run("doctor").exitCode()).isZero();

        service.on("GET /api/v1/client-group/2/diagnosis", diagnosis(2, "failed", "root cancelled it"));
        Outcome outcome = run("doctor", "--json");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(JsonFormat.mapper().readTree(outcome.out()).size()).isEqualTo(2);
    }

    @Test
    void checksFromANodeNeedACluster() {
        service.on("GET /api/v1/jobs", new JobList("local", "http://127.0.0.1:8001", List.of(), List.of()));

        Outcome outcome = run("doctor", "--from-node");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("starts clients by 'local'").contains("--dispatcher slurm");
    }

    @Test
    void checksOnThisMachineFindWhatIsInTheWay() {
        Outcome free = run("doctor", "--checks", "--ai-server", "http://127.0.0.1:9");

        assertThat(free.exitCode()).isEqualTo(1);
        assertThat(free.out()).contains("FAIL").contains("loopback").contains("\nproblems found");
    }

    @Test
    void logsOfAGroupThatHasEndedAreShownWithTheirErrors() {
        service.on(
                "GET /api/v1/client-group/1/logs",
                new GroupLogs(
                        1,
                        "41",
                        GroupState.CANCELLED,
                        List.of(
                                new LogView("/logs/1.out", 12, null, List.of("registered"), 12L),
                                new LogView("/logs/1.err", 0, "not found", List.of(), 0L)),
                        List.of(new LogFinding("/logs/1.err", 1, "slurmstepd: error", "a node failed")),
                        List.of("tail -n 7 /logs/1.out")));

        Outcome outcome = run("logs", "1", "-n", "7", "--verbose");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("group 1 (cancelled, job 41)")
                .contains("/logs/1.out (12 bytes)")
                .contains("    registered")
                .contains("/logs/1.err: not found")
                .contains("a node failed");
        assertThat(outcome.err()).contains("$ tail -n 7 /logs/1.out");
        assertThat(service.questions()).containsExactly("GET /api/v1/client-group/1/logs?lines=7");
    }

    @Test
    void usageTellsWhatWasHadAndWhatToAskForNext() {
        service.on(
                "GET /api/v1/client-group/1/usage",
                new GroupUsage(
                        1,
                        "41",
                        "COMPLETED",
                        90,
                        2,
                        8,
                        "8G",
                        0.05,
                        0.2,
                        300L << 20,
                        0.125,
                        List.of(
                                new GroupUsage.Step("41.0", "srun", 2, 300L << 20, "node002", 7.5, 2100L << 20, 24L),
                                new GroupUsage.Step("41.batch", "batch", 1, null, null, null, null, null)),
                        List.of("ask for 1 CPU"),
                        List.of()));

        Outcome outcome = run("usage", "1");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("41 (COMPLETED)")
                .contains("0.050 node hours, 0.200 CPU hours")
                .contains("8G a node")
                .contains("300 MiB by the largest client")
                .contains("12.5 % of what is allocated")
                .contains("advice: ask for 1 CPU")
                .containsPattern("STEP +NAME +TASKS +LARGEST +ON +VIRTUAL +PAGE FAULTS +CPU TIME")
                .containsPattern("41.0 +srun +2 +300 MiB +node002 +2100 MiB +24 +7.5 s")
                .containsPattern("41.batch +batch +1 +- +- +- +- +-");
        assertThat(run("usage", "1", "--json").out())
                .contains("\"maximum_virtual_bytes\" : 2202009600", "\"average_page_faults\" : 24")
                .contains("\"average_page_faults\" : null");
    }

    @Test
    void aPlanThatFitsNowhereFails() {
        service.on("GET /api/v1/plan", plan(true, List.of()));
        Outcome fits = run("plan", "--num-clients", "2", "--time-limit", "30", "--gres", "gpu:a100:1");
        service.on("GET /api/v1/plan", plan(false, List.of("it has 4 nodes")));
        Outcome tooMuch = run("plan", "--num-clients", "99");

        assertThat(fits.exitCode()).as(fits.err()).isZero();
        assertThat(fits.out()).contains("1.00 node hours, 4.00 CPU hours").contains("fits");
        assertThat(service.questions().getFirst())
                .isEqualTo("GET /api/v1/plan?num_clients=2&cpus=4&mem=8G&time_limit=30&gres=gpu%3Aa100%3A1");
        assertThat(tooMuch.exitCode()).isEqualTo(1);
        assertThat(tooMuch.out()).contains("it has 4 nodes");
        assertThat(run("plan").exitCode()).as("without a number of clients").isEqualTo(2);
    }

    private static PlanView plan(boolean fits, List<String> obstacles) {
        return new PlanView(
                2,
                4,
                "8G",
                30,
                8,
                16L << 30,
                1,
                4,
                "cpu",
                fits,
                "a verdict",
                null,
                "unknown when",
                List.of(new PlanView.Offer("cpu", 4, 4, 4, 1440, List.of("4 nodes of 32 CPUs"), obstacles)),
                List.of());
    }

    @Test
    void cleaningUpIsTriedFirstAndFailsWhereAJobIsLeft() {
        service.on(
                "POST /api/v1/cleanup",
                new CleanupView(
                        true,
                        List.of(new CleanupView.Job("41", 1, "its group was deleted", "would be cancelled")),
                        List.of(new CleanupView.Log("/logs/1.out", 12, 9, "would be deleted")),
                        List.of("scancel 41")));

        Outcome tried = run("cleanup", "--dry-run", "--older-than", "8", "--verbose");

        assertThat(tried.exitCode()).as(tried.err()).isZero();
        assertThat(tried.out())
                .contains("would be cancelled", "/logs/1.out", "nothing was done; without --dry-run it is");
        assertThat(tried.err()).contains("$ scancel 41");
        assertThat(JsonFormat.mapper()
                        .readTree(service.questions().getFirst().substring("POST /api/v1/cleanup ".length())))
                .isEqualTo(JsonFormat.mapper().valueToTree(Map.of("dry_run", true, "groups", false, "log_days", 8)));

        service.on(
                "POST /api/v1/cleanup",
                new CleanupView(
                        false,
                        List.of(new CleanupView.Job("41", 1, "its group was deleted", "not cancelled: no answer")),
                        List.of(),
                        List.of()));
        assertThat(run("cleanup").exitCode()).isEqualTo(1);
    }

    @Test
    void whatTheServiceRefusesIsSaidInItsWords() {
        service.on(
                "GET /api/v1/client-group/9/usage",
                404,
                Map.of("title", "Not Found", "status", 404, "detail", "Client group 9 not found"));

        Outcome outcome = run("usage", "9");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("Client group 9 not found");
    }

    @Test
    void aServiceThatIsNotThereIsNamed() {
        String address = service.address();
        service.close();

        Outcome outcome = run("jobs");

        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.err()).contains(address);
    }

    @Test
    void whatTheServiceSaysDoesNothingToTheTerminal() {
        String hostile = "node\u001b]0;pwned\u0007\u001b[2J\u009b1A\rspoofed";
        service.on("GET /api/v1/jobs", jobs(job(1, GroupState.PENDING, hostile, hostile, true)));
        for (Outcome outcome : List.of(run("jobs"), run("jobs", "--json"), run("doctor"), run("logs", "1"))) {
            assertThat(outcome.out() + outcome.err()).doesNotContainPattern("[\\p{Cc}&&[^\\n\\t]]");
        }
        assertThat(run("jobs").out()).contains("node?]0;pwned?");
    }
}
