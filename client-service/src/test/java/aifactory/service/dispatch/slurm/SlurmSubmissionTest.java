package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.GroupRequest;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.Requests;
import aifactory.slurm.JobState;
import aifactory.slurm.job.Gpu;
import aifactory.slurm.job.JobTemplate;
import aifactory.slurm.job.Launch;
import aifactory.slurm.job.Profile;
import aifactory.slurm.job.Profiles;
import aifactory.slurm.job.SiteConventions;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.ControllerMode;
import aifactory.slurm.simulation.JobView;
import aifactory.slurm.simulation.SubmissionFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a group's job is, and what becomes of a submission that Slurm refuses, loses or does not hear. */
final class SlurmSubmissionTest {
    @TempDir
    private Path directory;

    private JobView submitted(SlurmSite site, GroupRequest request) throws Exception {
        try (SimulatedWorld world = new SimulatedWorld(directory, ClusterConfiguration.ofNodes(4), site)) {
            DispatchedJob job = world.dispatcher().submit(world.order(7, "token0007", 2, request));
            return world.job(job.jobId());
        }
    }

    @Test
    void aPlainGroupIsTheBaseTemplate() throws Exception {
        JobView job = submitted(SimulatedWorld.site(), Requests.plain());
        assertThat(job.name()).isEqualTo("benchmark-client-7-token0007");
        assertThat(job.options())
                .containsEntry("nodes", "2")
                .containsEntry("ntasks-per-node", "1")
                .containsEntry("cpus-per-task", "4")
                .containsEntry("mem", "8G")
                .containsEntry("time", "0-00:10:00")
                .containsEntry(
                        "output",
                        directory.resolve("logs/client_dispatcher_7.out").toString());
        assertThat(job.script())
                .contains("export BENCHMARK_ID=7")
                .contains("export CLIENT_SERVICE_ADDR=http://login:8001")
                .contains("export AIFACTORY_GROUP_SECRET_FILE=" + directory.resolve("secret"));
    }

    @Test
    void whatARequestSaysGoesBeforeItsProfileAndThatBeforeTheEnvironment() throws Exception {
        SlurmSite site = site(Profile.ofPlace("cpu", "low", "research"), Map.of(), Map.of());
        assertThat(submitted(site, Requests.plain()).options())
                .containsEntry("partition", "cpu")
                .containsEntry("qos", "low")
                .containsEntry("account", "research");
        assertThat(submitted(site, Requests.of("dgx", null, "normal", null, null, null, null))
                        .options())
                .containsEntry("partition", "dgx")
                .containsEntry("qos", "normal")
                .containsEntry("account", "research")
                .containsEntry("gres", "gpu:1")
                .containsEntry("constraint", "dgx_a100");
    }

    @Test
    void aGroupWithGpusHasTheGpuTemplate() throws Exception {
        JobView job = submitted(SimulatedWorld.site(), Requests.of(null, null, null, null, null, true, null));
        assertThat(job.name()).startsWith("benchmark-gpu-7-");
        assertThat(job.options())
                .containsEntry("gres", "gpu:1")
                .containsEntry("partition", "gpu")
                .containsEntry("cpus-per-task", "8")
                .containsEntry("mem", "32G");
        assertThat(job.script()).contains("--gpu-enabled").doesNotContain("export CUDA_VISIBLE_DEVICES");
    }

    @Test
    void aContainerAndATemplateAreTakenByName() throws Exception {
        SlurmSite site = site(
                Profile.EMPTY,
                Map.of(
                        "default",
                        new Launch.Container(
                                Path.of("/images/a.sif"), null, "apptainer", "aifactory", List.of(), Gpu.NONE)),
                Map.of(
                        "mine",
                        JobTemplate.of(
                                "mine",
                                "#!/bin/sh\n#SBATCH --nodes={num_clients}\n# of the site\n{launch_command}\n")));
        JobView job = submitted(site, Requests.of(null, null, null, null, "default", null, "mine"));
        assertThat(job.script())
                .contains("/images/a.sif")
                .contains("# of the site")
                .contains("--nodes=2");
        assertThatThrownBy(() -> submitted(site, Requests.of(null, null, null, null, "other", null, null)))
                .isInstanceOfSatisfying(
                        InvalidOrderException.class, e -> assertThat(e.field()).isEqualTo("container"))
                .hasMessageContaining("default");
        assertThatThrownBy(() -> submitted(site, Requests.of(null, null, null, null, null, null, "../mine")))
                .isInstanceOfSatisfying(
                        InvalidOrderException.class, e -> assertThat(e.field()).isEqualTo("template"))
                .hasMessageContaining("no name");
    }

    @Test
    void aProfileHasItsContainerUnlessTheRequestNamesOne() throws Exception {
        Launch.Container image =
                new Launch.Container(Path.of("/images/a.sif"), null, "apptainer", "aifactory", List.of(), Gpu.NONE);
        SlurmSite site = site(Profile.EMPTY, Map.of("default", image), Map.of(), Map.of("dgx", "default"));

        assertThat(submitted(site, Requests.of("dgx", null, null, null, null, null, null))
                        .script())
                .contains("/images/a.sif");
        assertThat(submitted(site, Requests.of("dgx", null, null, null, "native", null, null))
                        .script())
                .doesNotContain("/images/a.sif")
                .contains("/shared/aifactory");
        assertThat(submitted(site, Requests.of("cpu", null, null, null, null, null, null))
                        .script())
                .doesNotContain("/images/a.sif");
    }

    private static SlurmSite site(
            Profile defaults, Map<String, Launch> containers, Map<String, JobTemplate> templates) {
        return site(defaults, containers, templates, Map.of());
    }

    private static SlurmSite site(
            Profile defaults,
            Map<String, Launch> containers,
            Map<String, JobTemplate> templates,
            Map<String, String> profileContainers) {
        return new SlurmSite(
                Profiles.builtIn(),
                defaults,
                new Launch.Native("/shared/aifactory"),
                new Launch.Native("/shared/aifactory"),
                containers,
                profileContainers,
                templates,
                false,
                9000,
                List.of(),
                null,
                SiteConventions.NONE);
    }

    @Test
    void theScriptIsKeptForPeople() throws Exception {
        try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
            DispatchedJob job = world.dispatcher().submit(world.order(2));
            Path kept = directory.resolve("jobs/benchmark-client-7-token0007.sh");
            assertThat(kept).hasContent(world.job(job.jobId()).script());
            assertThat(Files.getPosixFilePermissions(kept.getParent())).hasSize(3);
        }
    }

    @Test
    void aRefusalIsSlurmsWordsAndARemedyAndLeavesNothing() throws Exception {
        Map<String, GroupRequest> wrong = Map.of(
                "partition", Requests.of(null, "nowhere", null, null, null, null, null),
                "qos", Requests.of(null, null, "golden", null, null, null, null),
                "account", Requests.of(null, null, null, "nobody", null, null, null));
        for (Map.Entry<String, GroupRequest> entry : wrong.entrySet()) {
            try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
                DispatchOrder order = world.order(7, "token0007", 2, entry.getValue());
                assertThatThrownBy(() -> world.dispatcher().submit(order))
                        .isInstanceOfSatisfying(
                                DispatchRefusedException.class,
                                e -> assertThat(e.field()).isEqualTo(entry.getKey()))
                        .hasMessageContaining("Slurm refused the job: ")
                        .hasMessageContaining("nvalid");
                assertThat(world.files()).isEmpty();
                assertThat(world.slurm.jobs()).isEmpty();
            }
        }
    }

    @Test
    void aControllerThatIsDownIsSaidToBeAndLeavesNothing() throws Exception {
        try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
            world.slurm.controller(ControllerMode.DOWN);
            assertThatThrownBy(() -> world.dispatcher().submit(world.order(2)))
                    .isInstanceOf(DispatchUnavailableException.class)
                    .hasMessageContaining("Unable to contact slurm controller")
                    .hasMessageContaining("scontrol ping");
            assertThat(world.files()).isEmpty();
            world.slurm.controller(ControllerMode.UP);
            assertThat(world.slurm.jobs()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ControllerMode.class,
            names = {"SLOW", "GARBAGE"})
    void aControllerThatIsSlowOrSenselessMakesNoPhantomAndLeaksNoJob(ControllerMode mode) throws Exception {
        try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
            world.slurm.controller(mode);
            assertThatThrownBy(() -> world.dispatcher().submit(world.order(2)))
                    .isInstanceOf(DispatchUnavailableException.class)
                    .hasMessageMatching("(?s).*(try again|scontrol ping).*");
            world.slurm.controller(ControllerMode.UP);
            for (int round = 0; round < 20; round++) {
                world.settle();
            }
            assertThat(world.slurm.jobs())
                    .allSatisfy(job -> assertThat(job.state().isTerminal()).isTrue());
        }
    }

    @Test
    void logsThatCannotBeMadeAreNamedAndNothingIsSubmitted() throws Exception {
        try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
            Files.writeString(world.logDirectory(), "a file where a directory is wanted");
            assertThatThrownBy(() -> world.dispatcher().submit(world.order(2)))
                    .isInstanceOf(DispatchUnavailableException.class)
                    .hasMessageContaining(world.logDirectory().toString())
                    .hasMessageContaining("permissions");
            assertThat(world.slurm.jobs()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(SubmissionFault.class)
    void aLostAnswerNeverMakesTwoJobs(SubmissionFault fault) throws Exception {
        try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
            world.slurm.failSubmissions(fault);
            String jobId = null;
            try {
                jobId = world.dispatcher().submit(world.order(2)).jobId();
            } catch (DispatchRefusedException e) {
                assertThat(fault).isEqualTo(SubmissionFault.TRY_AGAIN);
            }
            for (int round = 0; round < 20; round++) {
                world.settle();
            }
            List<JobView> alive = world.slurm.jobs().stream()
                    .filter(job -> !job.state().isTerminal())
                    .toList();
            assertThat(alive).hasSize(jobId == null ? 0 : 1);
            if (jobId != null) {
                assertThat(alive.getFirst().state()).isEqualTo(JobState.RUNNING);
                assertThat(Long.toString(alive.getFirst().id())).isEqualTo(jobId);
            }
        }
    }

    @Test
    void aJobThatComesUpAfterItsSubmissionWasGivenUpIsCancelledEvenByTheNextLife() throws Exception {
        ClusterConfiguration slow =
                ClusterConfiguration.ofNodes(4).withDelays(Duration.ofMinutes(5), Duration.ofMinutes(5));
        try (SimulatedWorld world = new SimulatedWorld(directory, slow, SimulatedWorld.site())) {
            world.slurm.failSubmissions(
                    SubmissionFault.ANSWER_LOST_JOB_MADE,
                    SubmissionFault.ANSWER_LOST_NO_JOB,
                    SubmissionFault.ANSWER_LOST_NO_JOB);
            assertThatThrownBy(() -> world.dispatcher().submit(world.order(2)))
                    .isInstanceOf(DispatchUnavailableException.class)
                    .hasMessageContaining("is cancelled");
            world.restart();
            for (int round = 0; round < 400; round++) {
                world.settle();
            }
            assertThat(world.slurm.jobs())
                    .allSatisfy(job -> assertThat(job.state()).isEqualTo(JobState.CANCELLED));
        }
    }
}
