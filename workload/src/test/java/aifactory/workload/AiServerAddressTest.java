package aifactory.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AiServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://node17:8000, http://node17:8000",
        "node17:8000, http://node17:8000",
        "node17, http://node17",
        "http://node17:8000/, http://node17:8000",
        "http://node17:8000/v1, http://node17:8000",
        "http://node17:8000/v1/, http://node17:8000",
        "http://node17:8000//, http://node17:8000",
        "HTTPS://api.example.org, https://api.example.org",
        "https://site.gov/resource_server/sophia/vllm/v1, https://site.gov/resource_server/sophia/vllm",
        "https://site.gov/resource_server/sophia/vllm/v1/, https://site.gov/resource_server/sophia/vllm",
        "https://site.gov/resource_server/sophia/vllm/, https://site.gov/resource_server/sophia/vllm",
        "https://site.gov/resource_server/sophia/vllm, https://site.gov/resource_server/sophia/vllm",
        "site.gov/a%20b, http://site.gov/a%20b",
        "http://gpu_node_17:8000, http://gpu_node_17:8000",
        "http://_service._tcp.site:8000/x, http://_service._tcp.site:8000/x",
        "http://127.0.0.1:8000, http://127.0.0.1:8000",
        "http://[::1]:8000, http://[::1]:8000",
        "[::1]:8000, http://[::1]:8000",
        "https://[2001:db8::17]/v1, https://[2001:db8::17]",
        "http://[fe80::1%eth0]:8000, http://[fe80::1%eth0]:8000",
        "http://[fe80::1%25eth0]:8000, http://[fe80::1%eth0]:8000",
        "unix:///run/vllm.sock, unix:///run/vllm.sock",
        "unix:/run/vllm.sock, unix:///run/vllm.sock",
        "UNIX:///run/vllm.sock, unix:///run/vllm.sock",
        "unix:///run/my dir/vllm.sock, unix:///run/my%20dir/vllm.sock",
        "unix:///run/my%20dir/vllm.sock, unix:///run/my%20dir/vllm.sock",
        "unix:///run/a%3Fb%23c%20d.sock, unix:///run/a%3Fb%23c%20d.sock",
        "unix:///run/a?b#c%20d.sock, unix:///run/a%3Fb%23c%20d.sock",
        "unix:///run/100%25.sock, unix:///run/100%25.sock",
        "unix:///run/a%3A/b.sock:/api, unix:///run/a%3A/b.sock:/api",
        "unix:///run/b%C3%BCro.sock, unix:///run/b%C3%BCro.sock",
        "unix:///run/büro.sock, unix:///run/b%C3%BCro.sock",
        "unix:////run/vllm.sock, unix:///run/vllm.sock",
        "unix:///run/vllm.sock:/api/v1, unix:///run/vllm.sock:/api",
    })
    void readsAddressesAsPeopleWriteThem(String text, String expected) {
        AiServerAddress address = AiServerAddress.parse(text);
        assertThat(address).hasToString(expected);
        assertThat(AiServerAddress.of(address.uri())).isEqualTo(address);
    }

    @Test
    void knowsTheirParts() {
        AiServerAddress gateway = AiServerAddress.parse("https://site.gov/sophia/vllm/v1");
        assertThat(gateway.secure()).isTrue();
        assertThat(gateway.effectivePort()).isEqualTo(443);
        assertThat(gateway.authority()).isEqualTo("site.gov");
        assertThat(gateway.hostAndPort()).isEqualTo("site.gov:443");
        assertThat(gateway.target("/v1/chat/completions")).isEqualTo("/sophia/vllm/v1/chat/completions");

        AiServerAddress scoped = AiServerAddress.parse("http://[fe80::1%eth0]:8000");
        assertThat(scoped.host()).isEqualTo("fe80::1%eth0");
        assertThat(scoped.authority()).as("the zone is of this node").isEqualTo("[fe80::1]:8000");

        assertThat(AiServerAddress.parse("unix:///run/a?b#c%20d%25%41.sock").socketPath())
                .isEqualTo("/run/a?b#c d%A.sock");
        assertThat(AiServerAddress.parse("unix:///run/s.sock:/a:/b/v1"))
                .isEqualTo(new AiServerAddress(false, "/run/s.sock", "localhost", -1, "/a:/b"));
        AiServerAddress socket = AiServerAddress.parse("unix:///run/my%20dir/vllm.sock");
        assertThat(socket.socketPath()).isEqualTo("/run/my dir/vllm.sock");
        assertThat(socket.authority()).isEqualTo("localhost");
        assertThat(socket.target("/v1/models")).isEqualTo("/v1/models");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://node17:8000",
                "file:///etc/passwd",
                "http://",
                "http://:8000",
                "http://node17:0",
                "http://node17:70000",
                "http://node17:",
                "http://node17:port",
                "http://node 17:8000",
                "http://node17:8000/a b",
                "http://node17:8000/a/../b",
                "http://node17:8000/%zz",
                "http://node..17:8000",
                "http://-node17:8000",
                "::1",
                "http://::1:8000",
                "http://[::1:8000",
                "http://[node17]:8000",
                "http://[::1]8000",
                "http://[::1%]:8000",
                "unix://",
                "unix:vllm.sock",
                "unix://./vllm.sock",
                "unix:///run/%zz",
                "unix:///run/%4",
                "unix:///run/%ff.sock",
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> AiServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("http://node17:8000");
    }

    @Test
    void namesTheBaseOfARequestsAddress() {
        assertThatThrownBy(() -> AiServerAddress.parse("https://site.gov/api/v1/chat/completions"))
                .hasMessageContaining("give what precedes it, 'https://site.gov/api'")
                .hasMessageContaining("--path");
        assertThatThrownBy(() -> AiServerAddress.parse("node17:8000/v1/models")).hasMessageContaining("'node17:8000'");
    }

    @Test
    void boundsTheLengthOfSocketPaths() {
        String longest = "/" + "s".repeat(106);
        assertThat(AiServerAddress.parse("unix://" + longest).socketPath()).isEqualTo(longest);
        assertThatThrownBy(() -> AiServerAddress.parse("unix://" + longest + "s"))
                .hasMessageContaining("108 bytes")
                .hasMessageContaining("107");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "http:/node17|'//' is missing behind 'http:'",
                "https:node17:8000|'//' is missing behind 'https:'",
                "http:|'//' is missing behind 'http:'",
                "http://node17:|no port behind its colon",
                "http://[::1]:|no port behind its colon",
                "http://node17:8000/chat?x=1|query",
                "http://node17:8000/#top|fragment",
            })
    void namesWhatIsMissing(String text, String expected) {
        assertThatThrownBy(() -> AiServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void aHostMayHaveTheNameOfAScheme() {
        assertThat(AiServerAddress.parse("http:8000")).hasToString("http://http:8000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@node17:8000",
                "user:secret@node17:8000",
                "secret@node17",
                "http://user:pa/secret@node17",
                "http://user:pa?secret@node17",
                "https://user:a@secret@node17/v1",
                "user:secret://x@node17",
                "http://node17:8000/v1?api_key=secret",
                "node17?secret",
                "http://node17#secret",
                "http://node17:80a/v1?api_key=secret",
                "ftp://node17/?key=secret",
                "unix:///run/s.sock:/v1?key=secret",
                "http://node17:8000/a b?key=secret",
            })
    void doesNotRepeatASecret(String text) {
        for (String given : new String[] {text, text + "x".repeat(3_000)}) {
            assertThatThrownBy(() -> AiServerAddress.parse(given))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain("secret");
        }
        assertThatThrownBy(() -> AiServerAddress.parse("u:pa/ss@h")).hasMessageContaining("--api-key-file");
    }
}
