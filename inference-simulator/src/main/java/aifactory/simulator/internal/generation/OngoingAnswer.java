package aifactory.simulator.internal.generation;

/** An answer that takes time. Owned by its connection's event loop. */
public interface OngoingAnswer {
    /** The client reads again. */
    void writable();

    /** The client is gone: nothing more is sent, and what is held is given back. */
    void cancel();
}
