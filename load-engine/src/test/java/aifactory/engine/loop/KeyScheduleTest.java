package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.access.RequestKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private static RequestKey key(String value, @Nullable Integer secondsLeft) {
        return new RequestKey("authorization", value, secondsLeft == null ? null : NOW.plusSeconds(secondsLeft));
    }

    private static long seconds(@Nullable RequestKey before, RequestKey read) {
        Instant next = KeySchedule.next(before, read, NOW);
        assertThat(next).isNotNull();
        return next == null ? 0 : Duration.between(NOW, next).toSeconds();
    }

    @ParameterizedTest
    @CsvSource({"1800, 1740", "300, 240", "100, 80", "20, 16", "12, 10", "1, 10", "0, 10", "-3600, 10"})
    void aKeyIsReadAgainBeforeItExpiresButNotInQuickSuccession(int left, int wait) {
        assertThat(seconds(null, key("a", left))).isEqualTo(wait);
        assertThat(seconds(key("a", 30), key("b", left))).isEqualTo(wait);
    }

    @Test
    void aKeyWithoutAnExpiryIsNotReadAgain() {
        assertThat(KeySchedule.next(key("a", 30), key("b", null), NOW)).isNull();
    }

    @Test
    void theSameKeyIsReadAgainSoonUnlessItIsValidForLonger() {
        assertThat(seconds(key("a", 60), key("a", 60))).isEqualTo(5);
        assertThat(seconds(key("a", 60), key("a", 1800))).isEqualTo(1740);
    }

    @Test
    void aKeyOfANodeWhoseClockIsAheadSeemsToHaveExpired() {
        assertThat(KeySchedule.isExpired(key("a", -1), NOW)).isTrue();
        assertThat(KeySchedule.isExpired(key("a", 0), NOW)).isTrue();
        assertThat(KeySchedule.isExpired(key("a", 1), NOW)).isFalse();
        assertThat(KeySchedule.isExpired(key("a", null), NOW)).isFalse();
    }
}
