package aifactory.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.service.ServiceStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was signed out stays so, in a bounded space. */
final class RevokedSessionsTest {
    private static final long NOW = 1_800_000_000;

    @TempDir
    Path directory = Path.of("");

    private SessionCookie cookies() throws ServiceStartException {
        return new SessionCookie(
                new byte[] {1, 2, 3}, new Random(7), RevokedSessions.open(directory.resolve("revoked-sessions")));
    }

    @Test
    void moreThanAreKeptEndEverySessionInsteadOfRevivingOne() throws Exception {
        SessionCookie cookies = cookies();
        List<String> issued = new ArrayList<>();
        for (int session = 0; session <= RevokedSessions.MAXIMUM_SESSIONS; session++) {
            issued.add(cookies.issue(NOW));
        }
        String open = cookies.issue(NOW);
        for (String value : issued) {
            cookies.revoke(value, NOW + 1);
        }
        issued.add(open);
        for (SessionCookie each : List.of(cookies, cookies())) {
            assertThat(issued).noneMatch(value -> each.isValid(value, NOW + 2));
            assertThat(each.isValid(each.issue(NOW + 2), NOW + 3)).isTrue();
        }
        assertThat(Files.size(directory.resolve("revoked-sessions"))).isLessThan(100);
    }

    @Test
    void expiredOnesMakeRoom() throws Exception {
        RevokedSessions revoked = RevokedSessions.open(directory.resolve("some"));
        for (int session = 0; session < 3 * RevokedSessions.MAXIMUM_SESSIONS; session++) {
            revoked.add("%032x".formatted(session), NOW + session + 10, NOW + session);
        }
        assertThat(revoked.size()).isLessThanOrEqualTo(11);
        assertThat(revoked.contains("f".repeat(32), NOW)).isFalse();
    }

    @Test
    void theFileIsItsOwnersAlone() throws Exception {
        SessionCookie cookies = cookies();
        cookies.revoke(cookies.issue(NOW), NOW);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("revoked-sessions"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aDamagedFileIsNotReadAsNothing() throws Exception {
        for (String damage : List.of("x", "a b c", "id 12x", "\u0000")) {
            Files.writeString(directory.resolve("revoked-sessions"), damage);
            assertThatThrownBy(this::cookies)
                    .isInstanceOf(ServiceStartException.class)
                    .hasMessageContaining("revoked-sessions");
        }
    }
}
