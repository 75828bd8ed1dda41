package aifactory.slurm.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.CommandRunner;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.FakeSlurm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestTokensTest {
    private final FakeSlurm slurm = FakeSlurm.ofNodes(1);
    private final List<Command> commands = new ArrayList<>();
    private boolean siteForbidsTokens;

    @TempDir
    Path directory;

    private CommandOutcome run(Command command) throws InterruptedException {
        commands.add(command);
        return siteForbidsTokens
                ? new Exited(1, "", "scontrol: error: token: Access/permission denied\n")
                : slurm.commands().run(command);
    }

    private RestTokens tokens(@Nullable String given, @Nullable Path file) {
        CommandRunner runner = this::run;
        return new RestTokens(
                given, file, runner, SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of()), slurm.clock());
    }

    private String fresh(Duration lifespan) throws InterruptedException {
        CommandOutcome outcome = slurm.commands()
                .run(new Command(
                        List.of("scontrol", "token", "lifespan=" + lifespan.toSeconds()),
                        "",
                        Map.of(),
                        Duration.ofSeconds(9),
                        9999));
        return ((Exited) outcome).output().strip().substring("SLURM_JWT=".length());
    }

    @Test
    void isMadeWhereNoneIsGiven() throws Exception {
        assertThat(tokens(null, null).current()).contains(".");
        assertThat(commands).hasSize(1);
    }

    @Test
    void isRenewedAtHalfItsLifeAndNotBefore() throws Exception {
        String first = fresh(Duration.ofMinutes(30));
        RestTokens tokens = tokens(first, null);

        slurm.clock().advance(Duration.ofMinutes(14));
        assertThat(tokens.current()).isEqualTo(first);
        assertThat(commands).isEmpty();

        slurm.clock().advance(Duration.ofMinutes(2));
        assertThat(tokens.current()).isNotEqualTo(first);
        assertThat(commands).hasSize(1);
    }

    @Test
    void isNeverPartOfACommandLineOrAnEnvironment() throws Exception {
        String first = fresh(Duration.ofMinutes(30));
        RestTokens tokens = tokens(first, null);
        slurm.clock().advance(Duration.ofMinutes(20));
        String second = tokens.current();

        for (Command command : commands) {
            assertThat(command.toString()).doesNotContain(first).doesNotContain(second);
        }
        assertThat(tokens.toString()).doesNotContain(second);
    }

    @Test
    void isUsedToItsEndWhereItCannotBeRenewed() throws Exception {
        siteForbidsTokens = true;
        String only = fresh(Duration.ofMinutes(30));
        RestTokens tokens = tokens(only, null);

        slurm.clock().advance(Duration.ofMinutes(29));
        assertThat(tokens.current()).isEqualTo(only);
        assertThat(tokens.current()).isEqualTo(only);
        assertThat(commands).as("one attempt a minute").hasSize(1);

        slurm.clock().advance(Duration.ofMinutes(2));
        assertThatThrownBy(tokens::current)
                .isInstanceOfSatisfying(
                        SlurmUnavailableException.class,
                        e -> assertThat(e.unavailable()).isEqualTo(SlurmUnavailableException.Cause.AUTHENTICATION))
                .hasMessageContaining("expired")
                .hasMessageContaining("Access/permission denied")
                .hasMessageContaining("SLURM_JWT")
                .message()
                .doesNotContain(only);
    }

    @Test
    void isReadAgainFromAFileThatSomebodyKeepsFresh() throws Exception {
        siteForbidsTokens = true;
        Path file = directory.resolve("token");
        write(file, "SLURM_JWT=" + fresh(Duration.ofMinutes(30)), "rw-------");
        RestTokens tokens = tokens(null, file);
        String first = tokens.current();

        slurm.clock().advance(Duration.ofMinutes(20));
        String second = fresh(Duration.ofMinutes(30));
        write(file, second + "\n", "rw-------");

        assertThat(tokens.current()).isEqualTo(second).isNotEqualTo(first);
        assertThat(commands).isEmpty();
    }

    @Test
    void isNotTakenFromAFileThatOthersCanRead() throws Exception {
        Path file = directory.resolve("open");
        write(file, fresh(Duration.ofMinutes(30)), "rw-r--r--");

        assertThatThrownBy(() -> tokens(null, file).current())
                .isInstanceOf(SlurmUnavailableException.class)
                .hasMessageContaining("accessible to other users (rw-r--r--)")
                .hasMessageContaining("chmod 600");
    }

    @Test
    void isNotTakenFromAFileThatHoldsSomethingElse() throws Exception {
        Path file = directory.resolve("other");
        write(file, "secret\r\nX-Injected: yes", "rw-------");

        assertThatThrownBy(() -> tokens(null, file).current())
                .isInstanceOf(SlurmUnavailableException.class)
                .hasMessageContaining("holds no token")
                .message()
                .doesNotContain("Injected");
        assertThatThrownBy(() -> tokens(null, directory.resolve("missing")).current())
                .hasMessageContaining("does not exist");
    }

    private static void write(Path file, String text, String permissions) throws Exception {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
