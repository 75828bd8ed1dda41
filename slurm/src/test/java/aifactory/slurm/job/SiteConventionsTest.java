package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.JobOptions;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.SbatchArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules, another option for GPUs, and images that Pyxis starts; scripts are run with the real bash. */
final class SiteConventionsTest {
    @TempDir
    private Path directory;

    private FakeNode node;

    @BeforeEach
    void makeNode() throws Exception {
        node = new FakeNode(directory);
    }

    private JobScriptBuilder builder(SiteConventions conventions) {
        return JobScriptBuilder.forBenchmark(
                        7, "tokentoken", new JobLogs(directory.resolve("7.out"), directory.resolve("7.err")))
                .clientServiceAddress("http://login:8001")
                .aiServerAddress("http://ai:8000")
                .conventions(conventions);
    }

    private Path modules(String function) throws Exception {
        return Files.writeString(directory.resolve("it's an init"), function);
    }

    @Test
    void modulesAreLoadedInTheirOrderBeforeTheProgramStarts() throws Exception {
        Path init = modules("module() { LOADED=\"${LOADED-}${LOADED:+ }$1 $2\"; export LOADED; }\n");
        node.run(builder(new SiteConventions(false, List.of("java/25", "gcc/13.2+cuda@12"), init))
                .build()
                .text());
        assertThat(node.environment("aifactory").get("LOADED")).isEqualTo("load java/25 load gcc/13.2+cuda@12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"module() { return 1; }\n", "# defines nothing\n"})
    void aModuleThatCannotBeLoadedEndsTheJobWithItsName(String function) throws Exception {
        String script = builder(new SiteConventions(false, List.of("java/26"), modules(function)))
                .build()
                .text();
        Exited outcome = (Exited) node.outcome(script);
        assertThat(outcome.code()).isEqualTo(78);
        assertThat(outcome.error()).contains("module load java/26 failed").contains("slurm.modules");
    }

    @Test
    void aTemplateLoadsThemToo() throws Exception {
        Path init = modules("module() { export LOADED=$2; }\n");
        JobTemplate template = JobTemplate.of("mine", "#!/bin/bash\n#SBATCH --nodes=1\n\n{launch_command}\n");
        node.run(builder(new SiteConventions(false, List.of("java/25"), init))
                .template(template, false)
                .build()
                .text());
        assertThat(node.environment("aifactory").get("LOADED")).isEqualTo("java/25");
    }

    @ParameterizedTest
    @CsvSource({
        "gpu,--gpus-per-node=1,",
        "gpu:4,--gpus-per-node=4,",
        "gpu:a100:2,--gpus-per-node=a100:2,",
        "'gpu:2,nvme:1',--gpus-per-node=2,--gres=nvme:1",
        "nvme:1,,--gres=nvme:1"
    })
    void gpusAreRequestedAsTheSiteWants(String resources, String gpus, String others) throws Exception {
        Profile profile =
                new Profile("gpu", null, null, resources, null, 8, "32G", null, null, null, List.of("licenses=x"));
        JobScript script = builder(new SiteConventions(true, List.of(), null))
                .profile(profile)
                .build();
        List<String> arguments = SbatchArguments.of(script.options());
        assertThat(arguments).contains("--licenses=x");
        assertThat(arguments.stream().filter(word -> word.startsWith("--gpus") || word.startsWith("--gres")))
                .containsExactlyInAnyOrderElementsOf(java.util.stream.Stream.of(gpus, others)
                        .filter(word -> word != null)
                        .toList());
        List<JobOptions.Option> directives = SbatchDirectives.parse(script.text());
        assertThat(directives).isEqualTo(SbatchArguments.options(script.options()));
    }

    @Test
    void pyxisGetsTheImageAndWhatTheContainerMaySee() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
        Launch.Pyxis image = new Launch.Pyxis(
                "nvcr.io#site/aifactory:1", null, "aifactory", Launch.Bind.parse("/scratch,/data/sets:/sets:ro"));
        node.run(builder(SiteConventions.NONE)
                .groupSecretFile(secret)
                .launch(image)
                .build()
                .text());
        assertThat(node.arguments("srun"))
                .contains("--container-image=nvcr.io#site/aifactory:1")
                .contains("--container-mounts=" + directory + ":/data:rw,/scratch:/scratch:rw,/data/sets:/sets:ro,"
                        + secret + ":" + secret + ":ro")
                .contains("--container-workdir=/data", "--no-container-mount-home", "--container-readonly")
                .anyMatch(word -> word.startsWith("--container-env=CLIENT_SERVICE_ADDR,AI_SERVER_ADDR,BENCHMARK_ID"));
        assertThat(node.arguments("aifactory")).startsWith("client", "--client-service-addr", "http://login:8001");
    }

    @Test
    void anImageFileOfPyxisIsCheckedAndAReferenceIsNot() throws Exception {
        String sum = "0".repeat(64);
        Path image = Files.writeString(directory.resolve("a.sqsh"), "image");
        Exited outcome = (Exited) node.outcome(builder(SiteConventions.NONE)
                .launch(new Launch.Pyxis(image.toString(), sum, "aifactory", List.of()))
                .build()
                .text());
        assertThat(outcome.code()).isEqualTo(78);
        assertThatThrownBy(() -> builder(SiteConventions.NONE)
                        .launch(new Launch.Pyxis("ubuntu", sum, "aifactory", List.of()))
                        .build())
                .hasMessageContaining("sha256 is of a file, and the image is 'ubuntu'");
        assertThatThrownBy(() -> builder(SiteConventions.NONE)
                        .launch(new Launch.Pyxis("a\nb", null, "aifactory", List.of()))
                        .build())
                .hasMessageContaining("control character");
        assertThatThrownBy(() -> builder(SiteConventions.NONE)
                        .launch(new Launch.Pyxis(
                                "ubuntu",
                                null,
                                "aifactory",
                                List.of(new Launch.Bind(Path.of("/a,b"), Path.of("/c"), false))))
                        .build())
                .hasMessageContaining("'/a,b' cannot be bound");
    }
}
