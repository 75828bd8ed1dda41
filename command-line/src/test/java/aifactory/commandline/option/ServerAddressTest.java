package aifactory.commandline.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://node17:8000, http://node17:8000",
        "node17:8000, http://node17:8000",
        "http://node17:8000/, http://node17:8000",
        "http://node17:8000/v1, http://node17:8000",
        "http://node17:8000/v1/, http://node17:8000",
        "HTTPS://api.example.org, https://api.example.org",
        "http://[::1]:8000, http://[::1]:8000",
    })
    void readsWhatPeopleWrite(String text, String expected) {
        assertThat(ServerAddress.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://node17:8000",
                "http://",
                "http://node17:0",
                "http://node17:70000",
                "http://node 17:8000",
                "http://node17:port",
            })
    void refusesWhatIsNotAnAddress(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("http://node17:8000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@node17:8000",
                "user:secret@node17:8000",
                "http://user:pa/secret@node17",
                "http://node17:8000/chat?key=secret",
            })
    void doesNotRepeatASecret(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("secret");
    }
}
