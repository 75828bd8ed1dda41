package aifactory.simulator.internal.fault;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.internal.timing.SeededRandomness;
import aifactory.simulator.internal.timing.ServerClock.Stall;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultSelectorTest {
    @Test
    void everyNthAndTheFirstOnes() {
        assertThat(selected(selector(7, "cut:every=3"), 10)).containsExactly(2L, 5L, 8L);
        assertThat(selected(selector(7, "cut:first=2"), 10)).containsExactly(0L, 1L);
        assertThat(selected(selector(7, "cut:first=6,every=2"), 10)).containsExactly(1L, 3L, 5L);
    }

    @Test
    void aProbabilityIsMetAndDependsOnTheSeedOnly() {
        List<Long> chosen = selected(selector(7, "cut:probability=0.1"), 100_000);
        assertThat(chosen).hasSizeBetween(9_500, 10_500);
        assertThat(selected(selector(7, "cut:probability=0.1"), 100_000)).isEqualTo(chosen);
        assertThat(selected(selector(8, "cut:probability=0.1"), 100_000)).isNotEqualTo(chosen);
        assertThat(selected(selector(7, "endless", "cut:probability=0.1"), 100_000))
                .as("the second fault's choice is independent of a first one's")
                .isNotEqualTo(chosen);
    }

    @Test
    void ofSeveralOfOneKindTheFirstGivenHappens() {
        FaultSelector selector = selector(7, "status:429,every=2", "status:500");
        assertThat(LongStream.range(0, 4)
                        .map(index -> selector.ofRequest(index).number(FaultKind.STATUS, FaultParameter.CODE, 0)))
                .containsExactly(500L, 429L, 500L, 429L);
    }

    @Test
    void faultsOfConnectionsAndOfTheServerAreNotThoseOfRequests() {
        FaultSelector selector = selector(7, "slow-accept:1s,every=2", "server-stall:2s,at=3s,period=10s");
        assertThat(selector.ofRequest(1).isEmpty()).isTrue();
        assertThat(selector.ofConnection(0).isEmpty()).isTrue();
        assertThat(selector.ofConnection(1).has(FaultKind.SLOW_ACCEPT)).isTrue();
        assertThat(selector.serverStalls())
                .hasSize(10_000)
                .startsWith(new Stall(3_000_000_000L, 2_000_000_000L), new Stall(13_000_000_000L, 2_000_000_000L));
        assertThat(selector(7, "server-stall:2s,at=3s").serverStalls()).hasSize(1);
        assertThat(selector(7, "server-stall:2s,at=3s,period=300d").serverStalls())
                .allMatch(stall -> stall.atNanos() > 0)
                .hasSize(4);
    }

    private static FaultSelector selector(long seed, String... faults) {
        return new FaultSelector(
                Stream.of(faults).map(FaultSpecification::parse).toList(), new SeededRandomness(seed));
    }

    private static List<Long> selected(FaultSelector selector, long requests) {
        return LongStream.range(0, requests)
                .filter(index -> selector.ofRequest(index).has(FaultKind.CUT))
                .boxed()
                .toList();
    }
}
