package aifactory.node.waiting;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that happens once and that threads can wait for. Thread-safe. */
public final class Signal {
    private final CountDownLatch latch = new CountDownLatch(1);

    @GuardedBy("subscriptions")
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** Gives the signal and runs what is subscribed, on this thread. Idempotent. */
    public void raise() {
        List<Subscription> subscribed;
        synchronized (subscriptions) {
            latch.countDown();
            subscribed = List.copyOf(subscriptions);
            subscriptions.clear();
        }
        subscribed.forEach(subscription -> subscription.action.run());
    }

    public boolean isRaised() {
        return latch.getCount() == 0;
    }

    /** Waits for the signal. @return whether it was given within the time */
    public boolean await(Duration duration) throws InterruptedException {
        return latch.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Has the action run when the signal is given, or now if it was. The action has to be quick. */
    public Subscription subscribe(Runnable action) {
        Subscription subscription = new Subscription(action);
        synchronized (subscriptions) {
            if (!isRaised()) {
                subscriptions.add(subscription);
                return subscription;
            }
        }
        action.run();
        return subscription;
    }

    /** Ends by {@link #close()}: the action is not run from then on. */
    public final class Subscription implements AutoCloseable {
        private final Runnable action;

        private Subscription(Runnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            synchronized (subscriptions) {
                subscriptions.remove(this);
            }
        }
    }
}
