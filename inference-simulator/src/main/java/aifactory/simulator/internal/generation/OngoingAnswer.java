package aifactory.simulator.internal.generation;

/** An answer that takes time. Owned by its connection's event loop. */
public interface OngoingAnswer {
    /** The client reads again. */
    void writable();

    /** The client has disconnected: nothing more is sent, and what is held is released. */
    void cancel();
}
