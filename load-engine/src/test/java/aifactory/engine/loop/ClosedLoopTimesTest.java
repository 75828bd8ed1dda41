package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.workload.GroupShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClosedLoopTimesTest {
    private static final Duration RAMP_UP = Duration.ofSeconds(10);

    @Test
    void theSlotsOfAllClientsAndEventLoopsStartAsThoseOfOne() {
        for (int total : new int[] {1, 3, 7, 64}) {
            long[] one = LoopPlan.slotStartsNanos(RAMP_UP, total, new GroupShare(0, 1), new GroupShare(0, 1));
            assertThat(one).hasSize(total);
            for (int slot = 0; slot < total; slot++) {
                assertThat(one[slot]).isEqualTo((long) (10e9 * slot / total));
            }
            for (int clients : new int[] {1, 2, 3, 4, 10}) {
                for (int loops : new int[] {1, 2, 3}) {
                    List<Long> union = new ArrayList<>();
                    for (int client = 0; client < clients; client++) {
                        for (int loop = 0; loop < loops; loop++) {
                            LongStream.of(LoopPlan.slotStartsNanos(
                                            RAMP_UP,
                                            total,
                                            new GroupShare(client, clients),
                                            new GroupShare(loop, loops)))
                                    .forEach(union::add);
                        }
                    }
                    assertThat(union)
                            .as("%d slots, %d clients, %d event loops", total, clients, loops)
                            .containsExactlyInAnyOrderElementsOf(
                                    LongStream.of(one).boxed().toList());
                }
            }
        }
    }

    @Test
    void theBackoffDoublesAndIsBounded() {
        long[] expected = {0, 100, 200, 400, 800, 1000, 1000, 1000};
        for (int failures = 0; failures < expected.length; failures++) {
            assertThat(FailureBackoff.remainingNanos(failures, 0, 0)).isEqualTo(expected[failures] * 1_000_000);
        }
        assertThat(FailureBackoff.remainingNanos(Integer.MAX_VALUE, 0, 0)).isEqualTo(1_000_000_000);
    }

    @Test
    void whatTheFailedRequestTookIsPartOfTheBackoff() {
        assertThat(FailureBackoff.remainingNanos(2, 150_000_000, 0)).isEqualTo(50_000_000);
        assertThat(FailureBackoff.remainingNanos(9, 30_000_000_000L, 0)).isZero();
    }
}
