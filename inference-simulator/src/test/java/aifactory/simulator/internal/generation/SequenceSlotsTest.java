package aifactory.simulator.internal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.internal.generation.SequenceSlots.Admission;
import aifactory.simulator.internal.generation.SequenceSlots.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SequenceSlotsTest {
    private final List<String> admitted = new ArrayList<>();

    @Test
    void admitsInTheOrderOfArrivalAndRefusesBeyondTheQueue() {
        SequenceSlots slots = new SequenceSlots(1, 2);
        assertThat(slots.acquire(candidate("a"))).isEqualTo(Admission.ADMITTED);
        assertThat(slots.acquire(candidate("b"))).isEqualTo(Admission.WAITING);
        assertThat(slots.acquire(candidate("c"))).isEqualTo(Admission.WAITING);
        assertThat(slots.acquire(candidate("d"))).isEqualTo(Admission.REFUSED);
        slots.release();
        slots.release();
        assertThat(admitted).containsExactly("b", "c");
        assertThat(slots.running()).isEqualTo(1);
        slots.release();
        assertThat(slots.running()).isZero();
    }

    @Test
    void whoLeavesTheQueueIsNotAdmitted() {
        SequenceSlots slots = new SequenceSlots(1, 2);
        Candidate leaving = candidate("leaving");
        slots.acquire(candidate("a"));
        slots.acquire(leaving);
        slots.acquire(candidate("b"));
        assertThat(slots.withdraw(leaving)).isTrue();
        assertThat(slots.withdraw(leaving)).isFalse();
        slots.release();
        assertThat(admitted).containsExactly("b");
    }

    @Test
    void neverRunsMoreThanItsSlotsWhenThreadsContend() throws Exception {
        SequenceSlots slots = new SequenceSlots(3, 1_000_000);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                awaitQuietly(go);
                for (int i = 0; i < 2_000; i++) {
                    Candidate candidate = done::incrementAndGet;
                    if (slots.acquire(candidate) == Admission.ADMITTED) {
                        done.incrementAndGet();
                    }
                    highest.accumulateAndGet(slots.running(), Math::max);
                }
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        while (slots.running() > 0) {
            slots.release();
        }
        assertThat(done).hasValue(8_000);
        assertThat(highest.get()).isEqualTo(3);
    }

    private Candidate candidate(String name) {
        return () -> admitted.add(name);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
