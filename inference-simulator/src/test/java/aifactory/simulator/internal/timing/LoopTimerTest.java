package aifactory.simulator.internal.timing;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.internal.timing.ServerClock.Stall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopTimerTest {
    private final ManualTime time = new ManualTime();
    private final List<String> happened = new ArrayList<>();
    private final long start = time.nanoTime();

    private final class Entry extends TimerEntry {
        private final String name;

        Entry(String name) {
            this.name = name;
        }

        @Override
        protected void due(long dueNanos) {
            happened.add(name + "@" + (time.nanoTime() - start));
        }
    }

    @Test
    void entriesHappenAtTheirInstantsInOrder() {
        LoopTimer timer = timer();
        timer.schedule(new Entry("late"), start + 3_000);
        timer.schedule(new Entry("early"), start + 1_000);
        timer.schedule(new Entry("middle"), start + 2_000);
        time.advance(2_500);
        assertThat(happened).containsExactly("early@1000", "middle@2000");
        time.advance(1_000);
        assertThat(happened).containsExactly("early@1000", "middle@2000", "late@3000");
        assertThat(timer.size()).isZero();
    }

    @Test
    void asksForOneWakeUpHoweverManyEntriesWait() {
        LoopTimer timer = timer();
        for (int i = 1_000; i > 0; i--) {
            timer.schedule(new Entry("x"), start + i);
        }
        assertThat(time.wakeUps()).isEqualTo(1);
        time.advance(2_000);
        assertThat(happened).hasSize(1_000);
        assertThat(time.wakeUps()).isZero();
    }

    @Test
    void aLongWaitEndsOnItsInstantToo() {
        timer().schedule(new Entry("x"), start + 1_000_000_000L);
        time.advance(2_000_000_000L);
        assertThat(happened).containsExactly("x@1000000000");
    }

    @Test
    void cancelledAndRescheduledEntriesDoNotHappenTwice() {
        LoopTimer timer = timer();
        Entry moved = new Entry("moved");
        Entry cancelled = new Entry("cancelled");
        timer.schedule(moved, start + 10);
        timer.schedule(cancelled, start + 20);
        timer.schedule(moved, start + 30);
        timer.cancel(cancelled);
        timer.cancel(cancelled);
        time.advance(100);
        assertThat(happened).containsExactly("moved@30");
    }

    @Test
    void manyOverdueEntriesLeaveTheLoopTimeForItsSockets() {
        LoopTimer timer = timer();
        for (int i = 0; i < 1_000; i++) {
            timer.schedule(new Entry("x"), start);
        }
        time.pass(5);
        time.advance(0);
        assertThat(happened).hasSize(1_000);
        assertThat(time.calls()).as("turns, between which the loop reads").isGreaterThanOrEqualTo(7);
    }

    @Test
    void nothingHappensDuringAStall() {
        ServerClock clock = new ServerClock(time, List.of(new Stall(1_000, 500)));
        LoopTimer timer = new LoopTimer(clock, time);
        clock.begin();
        timer.schedule(new Entry("before"), start + 900);
        timer.schedule(new Entry("during"), start + 1_100);
        timer.schedule(new Entry("after"), start + 2_000);
        time.advance(10_000);
        assertThat(happened).containsExactly("before@900", "during@1600", "after@2500");
    }

    private LoopTimer timer() {
        return new LoopTimer(new ServerClock(time, List.of()), time);
    }
}
