package aifactory.slurm.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.ControlResult;
import aifactory.slurm.JobId;
import aifactory.slurm.JobOptions;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.Refusal;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandRunner;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.ControllerMode;
import aifactory.slurm.simulation.FakeSlurm;
import aifactory.slurm.simulation.SubmissionFault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways of slurmrestd not answering, as 22.05 and 26.05 were seen to go them. */
class RestGatewayFailureTest {
    private static final SlurmEnvironment ENVIRONMENT = SlurmEnvironment.from(Map.of("PATH", "/bin"), List.of());
    /** By its own words, in 1970. */
    private static final String EXPIRED = "e30."
            + Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"exp\":1000,\"iat\":10,\"sun\":\"alice\"}".getBytes(StandardCharsets.US_ASCII))
            + ".x";

    private static final JobId JOB = new JobId(17);

    private final List<RestRequest> requests = new ArrayList<>();

    private RestSlurmGateway gateway(FakeSlurm slurm, @Nullable String token) {
        RestTransport transport = request -> {
            requests.add(request);
            return slurm.rest().exchange(request);
        };
        RestTokens tokens = new RestTokens(token, null, slurm.commands(), ENVIRONMENT, slurm.clock());
        return new RestSlurmGateway(transport, "alice", tokens, ENVIRONMENT, slurm.clock());
    }

    private static FakeSlurm slurm(String release) {
        return new FakeSlurm(ClusterConfiguration.ofNodes(2).withVersion(release));
    }

    private static JobSubmission submission(JobOptions.Option... extra) {
        JobOptions options = new JobOptions(
                "failing",
                Path.of("/shared/out"),
                Path.of("/shared/err"),
                Path.of("/shared"),
                1,
                1,
                1,
                "1G",
                Duration.ofMinutes(5),
                "cpu",
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                Duration.ofSeconds(60),
                null,
                false,
                List.of(extra));
        return new JobSubmission(options, "#!/bin/sh\nsrun sleep 600\n", Map.of());
    }

    private static SlurmUnavailableException unavailable(RestSlurmGateway gateway) {
        return catchThrowableOfType(SlurmUnavailableException.class, gateway::queue);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void theNewestCommonVersionIsFoundOnceAndKept(String release) throws Exception {
        RestSlurmGateway gateway = gateway(slurm(release), null);

        gateway.queue();
        int first = requests.size();
        gateway.queue();

        String expected = release.startsWith("22") ? "v0.0.38" : "v0.0.45";
        assertThat(requests.getLast().path()).isEqualTo("/slurm/" + expected + "/jobs");
        assertThat(requests).hasSize(first + 1);
        assertThat(gateway.description()).endsWith(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void aTokenThatSlurmDoesNotTakeIsToldFromAControllerThatIsDown(String release) throws Exception {
        FakeSlurm slurm = slurm(release);
        RestSlurmGateway gateway = gateway(slurm, null);
        gateway.queue();
        slurm.controller(ControllerMode.DOWN);
        assertThat(unavailable(gateway).unavailable()).isEqualTo(Cause.CONTROLLER);

        slurm.controller(ControllerMode.UP);
        CommandRunner withoutScontrol = command -> new CommandOutcome.NotStarted("cannot run scontrol");
        RestTokens expired = new RestTokens(EXPIRED, null, withoutScontrol, ENVIRONMENT, slurm.clock());
        SlurmUnavailableException failure =
                unavailable(new RestSlurmGateway(slurm.rest(), "alice", expired, ENVIRONMENT, slurm.clock()));
        assertThat(failure.unavailable()).isEqualTo(Cause.AUTHENTICATION);
        assertThat(failure).hasMessageContaining("expired");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void withoutATokenNothingIsAsked(String release) {
        FakeSlurm slurm = slurm(release);
        RestTokens none = new RestTokens(
                null,
                null,
                command -> new CommandOutcome.NotStarted("cannot run scontrol"),
                ENVIRONMENT,
                slurm.clock());
        RestSlurmGateway gateway = new RestSlurmGateway(slurm.rest(), "alice", none, ENVIRONMENT, slurm.clock());

        SlurmUnavailableException failure = unavailable(gateway);

        assertThat(failure.unavailable()).isEqualTo(Cause.AUTHENTICATION);
        assertThat(failure).hasMessageContaining("cannot run scontrol").hasMessageContaining("SLURM_JWT");
        assertThat(slurm.counts()).doesNotContainKey("rest");
    }

    @Test
    void aTokenThatIsNotTakenIsReplacedByTheNextQuestion() throws Exception {
        FakeSlurm slurm = slurm("26.05.5");
        RestSlurmGateway gateway = gateway(slurm, "e30.e30.e30");

        assertThat(unavailable(gateway).unavailable()).isEqualTo(Cause.AUTHENTICATION);

        assertThat(gateway.queue()).isEmpty();
    }

    @Test
    void aServiceThatIsNotThereIsSaidToBeNotThere() throws Exception {
        FakeSlurm slurm = slurm("26.05.5");
        slurm.rest().down(true);
        RestSlurmGateway gateway = gateway(slurm, null);

        assertThat(unavailable(gateway).unavailable()).isEqualTo(Cause.REST_SERVICE);
        assertThat(gateway.submit(submission())).isInstanceOf(SubmissionResult.Unreachable.class);
        assertThat(gateway.cancel(JOB)).isInstanceOf(ControlResult.TryAgain.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void aSlowOrSenselessControllerIsNoAnswer(String release) throws Exception {
        FakeSlurm slurm = slurm(release);
        RestSlurmGateway gateway = gateway(slurm, null);
        gateway.queue();

        slurm.controller(ControllerMode.GARBAGE);
        assertThat(unavailable(gateway).unavailable()).isEqualTo(Cause.GARBAGE);
        assertThat(gateway.submit(submission())).isInstanceOf(SubmissionResult.Ambiguous.class);

        slurm.controller(ControllerMode.SLOW);
        assertThat(unavailable(gateway).unavailable()).isEqualTo(Cause.REST_SERVICE);
        assertThat(gateway.submit(submission())).isInstanceOf(SubmissionResult.Ambiguous.class);

        slurm.controller(ControllerMode.DOWN);
        assertThat(gateway.cancel(JOB)).isInstanceOf(ControlResult.TryAgain.class);
        assertThat(gateway.submit(submission())).isInstanceOf(SubmissionResult.Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void anAnswerThatIsLostLeavesTheJobToBeFound(String release) throws Exception {
        FakeSlurm slurm = slurm(release);
        RestSlurmGateway gateway = gateway(slurm, null);
        slurm.failSubmissions(SubmissionFault.ANSWER_LOST_JOB_MADE);

        assertThat(gateway.submit(submission())).isInstanceOf(SubmissionResult.Ambiguous.class);
        assertThat(gateway.find("failing", Instant.EPOCH)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void aDatabaseThatIsAwayIsToldFromOneThatDoesNotExist(String release) throws Exception {
        FakeSlurm slurm = slurm(release);
        RestSlurmGateway gateway = gateway(slurm, null);
        slurm.accountingDown(true);
        SlurmUnavailableException away = catchThrowableOfType(
                SlurmUnavailableException.class, () -> gateway.accounting(List.of(JOB), Instant.EPOCH));
        assertThat(away.unavailable()).isEqualTo(Cause.ACCOUNTING);

        FakeSlurm without = new FakeSlurm(
                ClusterConfiguration.ofNodes(2).withVersion(release).withoutAccounting());
        assertThat(gateway(without, null).accounting(List.of(JOB), Instant.EPOCH))
                .isInstanceOf(AccountingAnswer.Absent.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void anOptionThatTheInterfaceDoesNotHaveIsRefusedByName(String release) throws Exception {
        SubmissionResult result =
                gateway(slurm(release), null).submit(submission(new JobOptions.Option("hint", "nomultithread")));

        assertThat(result)
                .isInstanceOfSatisfying(
                        SubmissionResult.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.OPTION))
                .asString()
                .contains("'hint'")
                .contains("--dispatcher slurm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22.05.8", "26.05.5"})
    void directivesOfTheScriptCountAndWhatIsSaidElsewhereWins(String release) throws Exception {
        FakeSlurm slurm = slurm(release);
        JobSubmission plain = submission();
        JobSubmission withDirectives = new JobSubmission(
                plain.options(),
                "#!/bin/sh\n#SBATCH --comment=hello\n#SBATCH --partition=dgx\nsrun sleep 600\n",
                Map.of());

        SubmissionResult result = gateway(slurm, null).submit(withDirectives);

        assertThat(result).isInstanceOf(SubmissionResult.Submitted.class);
        Map<String, String> options = slurm.jobs().getFirst().options();
        assertThat(options).containsEntry("comment", "hello").containsEntry("partition", "cpu");
        assertThat(options).containsEntry("signal", "TERM@60").containsKeys("no-kill", "no-requeue");
        assertThat(slurm.jobs().getFirst().environment()).containsEntry("PATH", "/bin");
    }

    @Test
    void theTokenIsInNoMessageAndNoDescription() throws Exception {
        FakeSlurm slurm = slurm("26.05.5");
        RestSlurmGateway gateway = gateway(slurm, "e30.e30.c2VjcmV0");

        assertThat(unavailable(gateway).getMessage()).doesNotContain("c2VjcmV0");
        assertThat(requests.getFirst().toString()).doesNotContain("c2VjcmV0");
        assertThat(gateway.description()).doesNotContain("c2VjcmV0");
    }
}
