package aifactory.commandline.help;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HelpArgumentsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "help | --help | false",
                "help all | --help | true",
                "help run | run --help | false",
                "help group create all | group create --help | true",
                "run --help all | run --help | true",
                "run -h all | run -h | true",
                "run --help | run --help | false",
                "help --help | help --help | false",
                "export all | export all | false",
                "group all --help | group all --help | false",
                "all | all | false",
            })
    void helpIsRequestedAsACommandAndAsAnOption(String typed, String parsed, boolean all) {
        HelpArguments arguments = HelpArguments.of(typed.strip().split(" "));

        assertThat(arguments.arguments()).containsExactly(parsed.strip().split(" "));
        assertThat(arguments.all()).isEqualTo(all);
    }
}
