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
     * Has the action run when the process is told to end; the process lives on until the action returns.
     *
     * @return takes the action back
     */
    Runnable register(Runnable action);
}
