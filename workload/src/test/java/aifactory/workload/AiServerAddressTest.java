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
                "http://node17:8000/chat?x=1",
                "http://node17:8000/#top",
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

    @Test
    void doesNotRepeatASecret() {
        assertThatThrownBy(() -> AiServerAddress.parse("http://user:secret@node17:8000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--api-key-file")
                .message()
                .doesNotContain("secret");
    }
}
