package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.SlurmConfiguration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.slurm.job.Gpu;
import aifactory.slurm.job.Launch;
import aifactory.slurm.job.SiteConventions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
                  client_interface: ib0
                  pass_environment: [SITE_ID]
                  cluster: alps
                  gpus_per_node: true
                  modules: [java/25, apptainer]
                  module_initialization: /opt/lmod/init/bash
                  java_homes: {aarch64: /opt/jdk-arm}
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
        assertThat(slurm.clientInterface()).isEqualTo("ib0");
        assertThat(slurm.passedEnvironment()).containsExactly("SITE_ID");
        assertThat(slurm.cluster()).isEqualTo("alps");
        assertThat(slurm.conventions())
                .isEqualTo(new SiteConventions(true, List.of("java/25", "apptainer"), Path.of("/opt/lmod/init/bash")));
        assertThat(slurm.javaHomes()).containsExactly(Map.entry("aarch64", Path.of("/opt/jdk-arm")));
    }

    @Test
    void theKeysOfTheEarlierSystemAreTaken() throws Exception {
        String text = """
                slurm: {url: "http://rest:6820", user_name: alice, api_ver: v0.0.40, account: research, jwt: e30.e30.x}
                """;
        Path file = Files.writeString(directory.resolve("config.yaml"), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> read(text)).hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        SlurmConfiguration slurm = read(text);
        assertThat(slurm.restAddress()).isEqualTo("http://rest:6820");
        assertThat(slurm.restUser()).isEqualTo("alice");
        assertThat(slurm.restVersion()).isEqualTo("v0.0.40");
        assertThat(slurm.account()).isEqualTo("research");
        assertThat(slurm.restToken()).isEqualTo("e30.e30.x");
        assertThatThrownBy(() -> read("slurm: {url: 'http://a:1', rest_address: 'http://b:1'}"))
                .hasMessageContaining("keep one of them");
    }

    @Test
    void anImageOfPyxisMayBeAFileOrAReference() throws Exception {
        SlurmConfiguration slurm = read("""
                slurm:
                  container: site
                  containers:
                    site: {image: "nvcr.io#site/aifactory:1", runtime: pyxis, binds: [/scratch]}
                    file: {image: /images/a.sqsh, runtime: pyxis, program: /opt/bin/aifactory}
                """);
        assertThat(slurm.launch())
                .isEqualTo(
                        new Launch.Pyxis("nvcr.io#site/aifactory:1", null, "aifactory", Launch.Bind.parse("/scratch")));
        assertThat(slurm.containers().get("file"))
                .isEqualTo(new Launch.Pyxis("/images/a.sqsh", null, "/opt/bin/aifactory", List.of()));
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
                "slurm: {containers: {a: {image: /a.sif, runtime: docker}}} | give apptainer or pyxis",
                "slurm: {cluster: 'a,b'} | the name of one cluster",
                "slurm: {modules: ['x; id']} | expected names such as java/25",
                "slurm: {client_interface: 'ib0; id'} | network interface",
                "slurm: {modules: [-f]} | expected names such as java/25",
                "slurm: {module_initialization: init.sh} | absolute path",
                "slurm: {java_homes: {aarch64: jdk}} | absolute path for each architecture",
                "slurm: {java_homes: {'*': /jdk}} | uname -m",
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
