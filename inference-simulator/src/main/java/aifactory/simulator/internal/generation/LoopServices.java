package aifactory.simulator.internal.generation;

import aifactory.simulator.internal.timing.LoopTimer;
import java.util.concurrent.Executor;

/**
 * What the answers of one event loop use.
 *
 * @param state shared by all event loops
 * @param timer this loop's own
 * @param loop runs a task on this loop: at once when called from it, soon when called from another
 */
public record LoopServices(ServerState state, LoopTimer timer, Executor loop) {}
