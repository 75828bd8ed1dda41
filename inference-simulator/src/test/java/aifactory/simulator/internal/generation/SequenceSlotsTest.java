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
        slots.release(0);
        slots.release(0);
        assertThat(admitted).containsExactly("b", "c");
        assertThat(slots.running()).isEqualTo(1);
        slots.release(0);
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
        slots.release(0);
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
            slots.release(0);
        }
        assertThat(done).hasValue(8_000);
        assertThat(highest.get()).isEqualTo(3);
    }

    private static final class Sized implements Candidate {
        long tokens;
        int admissions;

        Sized(long tokens) {
            this.tokens = tokens;
        }

        @Override
        public void admitted() {
            admissions++;
        }

        @Override
        public long cacheTokens() {
            return tokens;
        }
    }

    @Test
    void whatDoesNotFitIntoTheCacheWaitsInOrder() {
        SequenceSlots slots = new SequenceSlots(10, 10, 1_000);
        Sized first = new Sized(600);
        Sized large = new Sized(500);
        Sized small = new Sized(100);
        assertThat(slots.acquire(first)).isEqualTo(Admission.ADMITTED);
        assertThat(slots.acquire(large)).isEqualTo(Admission.WAITING);
        assertThat(slots.acquire(small)).as("no overtaking").isEqualTo(Admission.WAITING);
        slots.release(600);
        assertThat(large.admissions).isEqualTo(1);
        assertThat(small.admissions).isEqualTo(1);
        assertThat(slots.running()).isEqualTo(2);
    }

    @Test
    void aPreemptedRequestWaitsFirstAndAnOnlyOneAlwaysHasRoom() {
        SequenceSlots slots = new SequenceSlots(10, 10, 1_000);
        Sized one = new Sized(480);
        Sized two = new Sized(480);
        slots.acquire(one);
        slots.acquire(two);
        assertThat(slots.grow(40)).isTrue();
        assertThat(slots.grow(1)).isFalse();
        two.tokens = 500;
        slots.preempt(two, 480);
        assertThat(two.admissions).as("no room, less the spare tokens").isZero();
        assertThat(slots.acquire(new Sized(1))).isEqualTo(Admission.WAITING);
        assertThat(slots.grow(5_000)).as("alone").isTrue();
        slots.release(5_520);
        assertThat(two.admissions).isEqualTo(1);
        assertThat(slots.waiting()).isZero();
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
