package aifactory.commandline.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SessionTest {
    @Test
    void theHomeDirectoryIsThatOfTheEnvironment() {
        assertThat(Session.home(Map.of("HOME", "/scratch/home"))).isEqualTo(Path.of("/scratch/home"));
        assertThat(Session.home(Map.of("HOME", "relative"))).isAbsolute().isNotEqualTo(Path.of("relative"));
        assertThat(Session.home(Map.of())).isAbsolute();
    }

    @Test
    void aFileDescriptorThatIsNoTerminalHasNoColumns() {
        assertThat(TerminalSize.columns(1_000_000)).isZero();
    }
}
