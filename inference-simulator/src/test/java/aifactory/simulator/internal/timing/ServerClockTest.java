package aifactory.simulator.internal.timing;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.internal.timing.ServerClock.Stall;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private final ManualTime time = new ManualTime();

    @Test
    void isTheMachinesClockWithoutStalls() {
        ServerClock clock = new ServerClock(time, List.of());
        clock.begin();
        time.pass(123);
        assertThat(clock.nanoTime()).isEqualTo(time.nanoTime());
        assertThat(clock.resumesInNanos()).isEqualTo(ServerClock.NOT_STALLED);
    }

    @Test
    void standsStillDuringAStallAndIsLateByItAfterwards() {
        ServerClock clock = new ServerClock(time, List.of(new Stall(100, 50)));
        clock.begin();
        long start = clock.nanoTime();
        time.pass(99);
        assertThat(clock.resumesInNanos()).isEqualTo(ServerClock.NOT_STALLED);
        assertThat(clock.nanoTime() - start).isEqualTo(99);
        time.pass(11); // 110
        assertThat(clock.resumesInNanos()).isEqualTo(40);
        assertThat(clock.nanoTime() - start).isEqualTo(100);
        time.pass(39); // 149
        assertThat(clock.nanoTime() - start).isEqualTo(100);
        assertThat(clock.resumesInNanos()).isEqualTo(1);
        time.pass(1); // 150
        assertThat(clock.resumesInNanos()).isEqualTo(ServerClock.NOT_STALLED);
        assertThat(clock.nanoTime() - start).isEqualTo(100);
        time.pass(10);
        assertThat(clock.nanoTime() - start).isEqualTo(110);
    }

    @Test
    void mergesStallsThatOverlap() {
        ServerClock clock = new ServerClock(time, List.of(new Stall(120, 100), new Stall(100, 50), new Stall(400, 10)));
        clock.begin();
        long start = clock.nanoTime();
        time.pass(130);
        assertThat(clock.resumesInNanos()).isEqualTo(90);
        time.pass(170); // 300
        assertThat(clock.nanoTime() - start).isEqualTo(180);
        time.pass(200); // 500
        assertThat(clock.nanoTime() - start).isEqualTo(370);
    }

    @Test
    void countsStallsFromTheFirstBeginning() {
        ServerClock clock = new ServerClock(time, List.of(new Stall(100, 50)));
        time.pass(120);
        assertThat(clock.resumesInNanos()).isEqualTo(ServerClock.NOT_STALLED);
        clock.begin();
        time.pass(60);
        clock.begin();
        time.pass(60);
        assertThat(clock.resumesInNanos()).isEqualTo(30);
    }
}
