package aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.ServerAccess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys come from files, variables and commands in every form in which they are given, and no message repeats one. */
@Timeout(60)
final class KeySourceTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static KeySource source(@Nullable String file, ServerAccess access, Map<String, String> environment) {
        return KeySource.of(file, access, "authorization", environment, () -> NOW)
                .orElseThrow();
    }

    private static ServerAccess access(
            @Nullable String variable, @Nullable String command, @Nullable String header, @Nullable String scheme) {
        return new ServerAccess(null, null, variable, command, header, scheme);
    }

    private RequestKey ofFile(String text, @Nullable String header, @Nullable String scheme) throws Exception {
        Path file = Files.writeString(directory.resolve("key"), text);
        return source(file.toString(), access(null, null, header, scheme), Map.of())
                .read();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, authorization, Bearer sk-1",
                "x-api-key, -, x-api-key, sk-1",
                "Api-Key, none, api-key, sk-1",
                "-, none, authorization, sk-1",
                "-, Token, authorization, Token sk-1",
                "X-Auth, Bearer, x-auth, Bearer sk-1",
                "-, Basic, authorization, Basic sk-1",
            })
    void theHeaderAndTheSchemeAreThoseAskedFor(
            @Nullable String header, @Nullable String scheme, String name, String value) throws Exception {
        assertThat(ofFile("sk-1\n", header, scheme)).isEqualTo(new RequestKey(name, value, null));
    }

    @Test
    void aUserNameAndAPasswordAreEncodedForBasic() throws Exception {
        String encoded = Base64.getEncoder().encodeToString("me:my pass".getBytes(StandardCharsets.UTF_8));
        assertThat(ofFile("me:my pass\n", null, "basic").value()).isEqualTo("basic " + encoded);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"access_token\":\"t\",\"expires_in\":1800}|2026-11-29T12:30:00Z",
                "{\"access_token\":\"t\",\"expires_at_seconds\":1796120100}|2026-12-01T10:15:00Z",
                "{\"accessToken\":\"t\",\"expires_on\":1796120100}|2026-12-01T10:15:00Z",
                "{\"token\":\"t\",\"expiry\":\"2026-11-29T13:00:00+01:00\"}|2026-11-29T12:00:00Z",
                "{\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"2026-11-29T14:00:00Z\"}}|2026-11-29T14:00:00Z",
                "{\"api_key\":\"t\",\"exp\":1796120100000}|2026-12-01T10:15:00Z",
            })
    void jsonOfTokenHelpersIsReadWithItsExpiry(String json, Instant expiry) throws Exception {
        RequestKey key = ofFile(json, null, null);
        assertThat(key.value()).isEqualTo("Bearer t");
        assertThat(key.expiry()).isEqualTo(expiry);
    }

    @Test
    void aJsonWebTokenNamesItsExpiry() throws Exception {
        String claims = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"exp\":1796120100}".getBytes(StandardCharsets.UTF_8));
        assertThat(ofFile("head." + claims + ".signature", null, null).expiry())
                .isEqualTo(Instant.parse("2026-12-01T10:15:00Z"));
        assertThat(ofFile("three.dotted.parts", null, null).expiry()).isNull();
    }

    @Test
    void aCommandIsRunAndItsOutputIsTheKey() throws Exception {
        KeySource source = source(null, access(null, "printf '%s' \"sk-$(expr 40 + 2)\"", null, null), Map.of());
        assertThat(source.isRenewable()).isTrue();
        assertThat(source.read().value()).isEqualTo("Bearer sk-42");
    }

    @Test
    void aCommandThatFailsIsNamedWithWhatItSaid() {
        String secret = "abcdefghijklmnopqrstuvwxyz0123456789";
        String command = "echo 'login first' >&2; echo " + secret + " >&2; echo " + secret + "; exit 3";
        assertThatThrownBy(() -> source(null, access(null, command, null, null), Map.of())
                        .read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("login first")
                .message()
                .doesNotContain(secret);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo hunter2 >&2; echo hunter2",
                "k=hunter2; set -x; : $k",
                "echo 'password: hunter2' >&2",
                "echo 'api_key=hunter2, none' >&2",
                "echo '{\"token\": \"hunter2\"}' >&2",
                "echo 'Authorization: Bearer hunter2' >&2",
                "echo 'got sk-hunter2' >&2",
                "echo 'got a1hunter2' >&2",
            })
    void noMessageOfACommandShowsAKey(String command) {
        assertThatThrownBy(() -> source(
                                null, access(null, command + "; echo 'login first' >&2; exit 3", null, null), Map.of())
                        .read())
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("login first")
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void theMessageOfACommandStaysReadable() {
        String told = "/home/u17/token.py line 12: ModuleNotFoundError: No module named 'globus_sdk' (Python 3.11.2)";
        assertThat(CommandMessage.of(told, "")).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({"./no-such-helper, 127, not found", "/etc/passwd, 126, not executable"})
    void aCommandThatIsNotFoundIsNamedWithItsDirectory(String command, int code, String problem) {
        assertThatThrownBy(() -> source(null, access(null, command, null, null), Map.of())
                        .read())
                .hasMessageContaining("exit code " + code + " (" + problem + "; it runs in the directory /:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"& echo sk-1", ">/dev/null & echo sk-1", "2>/dev/null & echo sk-1"})
    void aProcessInTheBackgroundThatHoldsTheOutputIsNotWaitedFor(String rest) throws Exception {
        Path end = directory.resolve("end");
        String waits = "(until [ -e " + end + " ]; do sleep 0.1; done) ";
        try {
            assertThat(source(null, access(null, waits + rest, null, null), Map.of())
                            .read()
                            .value())
                    .isEqualTo("Bearer sk-1");
            assertThatThrownBy(() -> source(null, access(null, waits + rest + " && exit 3", null, null), Map.of())
                            .read())
                    .hasMessageContaining("exit code 3");
        } finally {
            Files.createFile(end);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yes x",
                "true",
                "no-such-program-here",
                "echo two words",
                "printf 'a\\nb'",
                "yes x | head -c 100000"
            })
    void outputThatIsNoKeyIsRefused(String command) {
        assertThatThrownBy(() -> source(null, access(null, command, null, null), Map.of())
                        .read())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("api_key_command");
    }

    @Test
    void aVariableIsReadFromTheProcess() throws Exception {
        KeySource source = source(null, access("MY_KEY", null, null, null), Map.of("MY_KEY", "sk-9\n"));
        assertThat(source.read().value()).isEqualTo("Bearer sk-9");
        assertThat(source.isRenewable()).isFalse();
        assertThatThrownBy(() -> source(null, access("MY_KEY", null, null, null), Map.of())
                        .read())
                .hasMessageContaining("MY_KEY")
                .hasMessageContaining("--api-key-file");
    }

    @Test
    void noTextShowsTheKey() throws Exception {
        assertThat(ofFile("sk-secret", null, null).toString()).doesNotContain("sk-secret");
        assertThatThrownBy(() -> ofFile("sk-secret and more", null, null))
                .message()
                .doesNotContain("sk-secret");
        assertThatThrownBy(() -> ofFile("{\"secret\":\"sk-secret\"}", null, null))
                .hasMessageContaining("access_token")
                .message()
                .doesNotContain("sk-secret");
    }
}
