package aifactory.client.waiting;

import aifactory.node.waiting.Signal;
import java.time.Duration;

/** Lets time pass between tries. Tests give one that moves their clock. */
@FunctionalInterface
public interface Sleeper {
    /** Waits in real time. */
    Sleeper SYSTEM = (duration, wake) -> wake.await(duration);

    /**
     * Waits until the time has passed or the signal is given, whichever is first.
     *
     * @return whether the signal was given
     */
    boolean sleep(Duration duration, Signal wake) throws InterruptedException;
}
