package aifactory.engine;

/** Generates one client's share of a run's load. The engine on Netty is the real one. */
public interface LoadGenerator {
    /**
     * Makes everything ready that can be made ready before T0: reads datasets, asks the AI servers for the model,
     * encodes the first requests. Blocks the caller while it does.
     *
     * @throws LoadRefusedException when the load cannot be generated; the message names the value and the remedy
     */
    PreparedLoad prepare(LoadPlan plan) throws LoadRefusedException;
}
