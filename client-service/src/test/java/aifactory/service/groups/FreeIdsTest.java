package aifactory.service.groups;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FreeIdsTest {
    @Test
    void theNextAfterTheHighest() {
        FreeIds ids = new FreeIds();
        assertThat(ids.reserve(0, _ -> false)).isEqualTo(1);
        assertThat(ids.reserve(0, _ -> false)).isEqualTo(2);
        ids.release(1);
        assertThat(ids.reserve(0, _ -> false)).isEqualTo(1);
        assertThat(ids.reserve(FreeIds.HIGHEST - 1, _ -> false)).isEqualTo(FreeIds.HIGHEST);
    }

    @ParameterizedTest
    @ValueSource(longs = {FreeIds.HIGHEST, FreeIds.HIGHEST + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void nothingOverflows(long highest) {
        FreeIds ids = new FreeIds();
        assertThat(ids.reserve(highest, id -> id < 5)).isEqualTo(5);
        assertThat(ids.reserve(highest, id -> id < 5)).isEqualTo(6);
    }
}
