package aifactory.node;

/** Where the order of the system to end arrives. */
@FunctionalInterface
public interface TerminationHook {
    /** Signals that end a Java process, SIGTERM among them; what is registered runs before it does. */
    TerminationHook JVM = action -> {
        Thread hook = Thread.ofPlatform().name("termination").unstarted(action);
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending already, by this very hook perhaps.
            }
        };
    };

    /**
     * Runs the action when the process receives a signal to end; the process exits when the action returns.
     *
     * @return takes the action back
     */
    Runnable register(Runnable action);
}
