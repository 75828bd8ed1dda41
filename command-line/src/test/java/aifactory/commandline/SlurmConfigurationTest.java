package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.SlurmConfiguration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.slurm.job.Gpu;
import aifactory.slurm.job.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a site says about its jobs in the configuration file. */
final class SlurmConfigurationTest {
    @TempDir
    private Path directory;

    private SlurmConfiguration read(String text) throws IOException {
        Path file = directory.resolve("config.yaml");
        Files.writeString(file, text);
        InvocationHarness harness = new InvocationHarness(directory);
        Configuration configuration = Configuration.of(harness.session());
        configuration.useFile(file);
        return configuration.slurm();
    }

    @Test
    void aSiteThatSaysNothingHasTheBuiltInProfilesAndACopyOfTheProgram() throws Exception {
        SlurmConfiguration slurm = read("host: 127.0.0.1\n");
        assertThat(slurm.profiles().all()).containsOnlyKeys("cpu", "gpu", "dgx");
        assertThat(slurm.launch()).isNull();
        assertThat(slurm.requeue()).isFalse();
        assertThat(slurm.clientPort()).isEqualTo(9000);
    }

    @Test
    void everythingThatASiteMaySayIsTaken() throws Exception {
        Files.writeString(directory.resolve("job.sh"), "#!/bin/sh\n{launch_command}\n");
        SlurmConfiguration slurm = read("""
                profiles:
                  milan: {partition: long, cpus_per_task: 32, mem: 64G, exclusive: true, container: default, extra_directives: [licenses=x]}
                slurm:
                  container: default
                  containers:
                    default: {image: /images/a.sif, binds: [/scratch, "/data:/data:ro"], gpu: nvidia, local_directory: /tmp}
                  templates: {mine: job.sh}
                  requeue: true
                  client_port: 9001
                  pass_environment: [SITE_ID]
                """);
        assertThat(slurm.profiles().get("milan").cpusPerTask()).isEqualTo(32);
        assertThat(slurm.profileContainers()).containsExactly(Map.entry("milan", "default"));
        assertThat(slurm.launch()).isInstanceOfSatisfying(Launch.Container.class, container -> {
            assertThat(container.image()).isEqualTo(Path.of("/images/a.sif"));
            assertThat(container.localDirectory()).isEqualTo(Path.of("/tmp"));
            assertThat(container.binds()).hasSize(2);
            assertThat(container.gpu()).isEqualTo(Gpu.NVIDIA);
        });
        assertThat(slurm.templates()).containsOnlyKeys("mine");
        assertThat(slurm.requeue()).isTrue();
        assertThat(slurm.clientPort()).isEqualTo(9001);
        assertThat(slurm.passedEnvironment()).containsExactly("SITE_ID");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slurm: {reqeue: true} | did you mean 'slurm.requeue'?",
                "slurm: {requeue: perhaps} | give true or false",
                "slurm: {client_port: 70000} | 1 to 65535",
                "slurm: {program: /a, tarball: /b.tar.gz} | keep one of them",
                "slurm: {container: other} | slurm.containers does not define",
                "profiles: {a: {container: other}} | profiles.a.container is 'other'",
                "slurm: {containers: {native: {image: /a.sif}}} | another name",
                "slurm: {containers: {a: {sha256: x}}} | image is missing",
                "slurm: {containers: {a: {image: a.sif}}} | absolute path",
                "slurm: {templates: {a: nowhere.sh}} | cannot be read",
                "slurm: [1] | not a mapping",
                "profiles: {a: {cpus: 4}} | unknown key 'profiles.a.cpus'",
                "profiles: {a: {partition: 'x; id'}} | partition",
                "profiles: {a: {extra_directives: [output=/x]}} | sets --output itself"
            })
    void whatIsWrongIsNamedWithItsRemedy(String text, String words) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(words)
                .hasMessageContaining("config.yaml");
    }
}
