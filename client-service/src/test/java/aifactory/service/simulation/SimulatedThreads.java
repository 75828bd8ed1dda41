package aifactory.service.simulation;

import aifactory.measurement.MonotonicClock;
import aifactory.service.ServiceThreads;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Threads that take turns on the thread that calls {@link #run}, in virtual time. Which of the threads that can run
 * does so next is drawn from the seed, so a seed is one interleaving and replays. Time stops while any thread can run,
 * and then jumps to the next moment that a thread waits for.
 *
 * <p>The threads are virtual threads whose carrier is the caller: the JDK has no public way to choose it, so the test
 * runs with {@code --add-opens java.base/java.lang=ALL-UNNAMED}. The threads of a killed process never end: unless Java
 * runs with {@code -Djdk.trackAllThreads=false} it holds them, and all that they refer to, until it ends itself.
 */
final class SimulatedThreads implements MonotonicClock, InstantSource {
    /** When {@link aifactory.slurm.simulation.FakeSlurm} begins. */
    private static final Instant EPOCH = Instant.parse("2026-11-24T06:00:00Z");

    private final RandomGenerator random;
    private final Thread carrier = Thread.currentThread();
    private final List<Turn> runnable = new ArrayList<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private Runnable onTime = () -> {};
    private Consumer<Throwable> onFailure = failure -> {};
    private long nowNanos;
    private long timersSet;
    private long steps;

    private record Timer(long dueNanos, long number, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(dueNanos, other.dueNanos);
            return byTime == 0 ? Long.compare(number, other.number) : byTime;
        }
    }

    private record Turn(SimulatedProcess process, Runnable continuation) {}

    SimulatedThreads(RandomGenerator random) {
        this.random = random;
    }

    /** Calls that whenever time has moved, on the carrier: it must not block. */
    void onTime(Runnable task) {
        onTime = task;
    }

    /** Receives the exceptions of threads. */
    void onFailure(Consumer<Throwable> listener) {
        onFailure = listener;
    }

    /** A process: threads that can be killed together. */
    SimulatedProcess process(String name) {
        return new SimulatedProcess(name);
    }

    private static Thread.Builder.OfVirtual builderOn(Executor executor) {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(executor);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK does not let a test carry virtual threads", e);
        }
    }

    /**
     * Lets the threads run until the condition holds or the time has passed.
     *
     * @return whether the condition holds
     */
    boolean run(Duration longest, BooleanSupplier until) {
        long deadline = nowNanos + longest.toNanos();
        while (true) {
            while (!runnable.isEmpty()) {
                Turn turn = takeAny();
                if (!turn.process().killed) {
                    steps++;
                    turn.continuation().run();
                }
            }
            if (until.getAsBoolean()) {
                return true;
            }
            Timer next = timers.peek();
            if (next == null || next.dueNanos() > deadline) {
                moveTo(deadline);
                return false;
            }
            timers.remove();
            moveTo(next.dueNanos());
            next.task().run();
        }
    }

    /** Lets the threads run for a time. */
    void run(Duration time) {
        run(time, () -> false);
    }

    private void moveTo(long nanos) {
        if (nanos > nowNanos) {
            nowNanos = nanos;
            onTime.run();
        }
    }

    private Turn takeAny() {
        int last = runnable.size() - 1;
        int chosen = last == 0 ? 0 : random.nextInt(last + 1);
        Turn taken = runnable.get(chosen);
        runnable.set(chosen, runnable.get(last));
        runnable.remove(last);
        return taken;
    }

    /** How often a thread was given its turn; equal for equal seeds. */
    long steps() {
        return steps;
    }

    /** Runs a task at a time, on the carrier: it must not block. */
    void at(long dueNanos, Runnable task) {
        timers.add(new Timer(dueNanos, timersSet++, task));
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public Instant instant() {
        return EPOCH.plusNanos(nowNanos);
    }

    /** Threads that live and die together. */
    final class SimulatedProcess implements ServiceThreads {
        private final String name;
        private final Thread.Builder.OfVirtual builder = builderOn(this::enqueue);
        private boolean killed;

        private SimulatedProcess(String name) {
            this.name = name;
            builder.uncaughtExceptionHandler((thread, failure) -> onFailure.accept(failure));
        }

        /** None of the threads gets a turn any more, wherever it was. */
        void kill() {
            killed = true;
        }

        boolean isKilled() {
            return killed;
        }

        private void enqueue(Runnable continuation) {
            Thread waker = Thread.currentThread();
            if (!waker.equals(carrier) && !waker.isVirtual()) {
                throw new IllegalStateException(name + " was woken from outside the simulation by " + waker);
            }
            if (!killed) {
                runnable.add(new Turn(this, continuation));
            }
        }

        @Override
        public Thread lasting(String threadName, Runnable task) {
            return builder.name(threadName).unstarted(task);
        }

        @Override
        public Thread start(String threadName, Runnable task) {
            return builder.name(threadName).start(task);
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            long due = nowNanos + duration.toNanos();
            wakeAt(due);
            while (nowNanos < due) {
                park();
            }
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // The caller loops.
        public long awaitNanos(Lock lock, Condition condition, long nanos) throws InterruptedException {
            long due = nowNanos + nanos;
            at(due, () -> start("timer", () -> signal(lock, condition)));
            condition.await();
            return due - nowNanos;
        }

        private static void signal(Lock lock, Condition condition) {
            lock.lock();
            try {
                condition.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public <T> T get(CompletableFuture<T> future, Duration longest)
                throws InterruptedException, ExecutionException, TimeoutException {
            long due = nowNanos + longest.toNanos();
            Thread waiting = Thread.currentThread();
            wakeAt(due);
            future.whenComplete((value, failure) -> LockSupport.unpark(waiting));
            while (!future.isDone()) {
                if (nowNanos >= due) {
                    throw new TimeoutException();
                }
                park();
            }
            return future.get();
        }

        private void wakeAt(long dueNanos) {
            Thread waiting = Thread.currentThread();
            at(dueNanos, () -> LockSupport.unpark(waiting));
        }

        private static void park() throws InterruptedException {
            LockSupport.park();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
