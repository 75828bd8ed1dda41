package aifactory.client;

import aifactory.client.gpu.GpuQuery;
import aifactory.client.gpu.NvidiaSmi;
import aifactory.client.waiting.Sleeper;
import aifactory.measurement.MonotonicClock;
import aifactory.node.TerminationHook;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator.SplittableGenerator;

/**
 * What a client process takes from its surroundings.
 *
 * @param clock the same that the load generator stamps with
 * @param timeOfDay the node's
 * @param random for jitter alone
 * @param gpus asked where sampling is wanted
 * @param instance draws the name of this very process
 */
public record ClientDependencies(
        MonotonicClock clock,
        InstantSource timeOfDay,
        SplittableGenerator random,
        Sleeper sleeper,
        TerminationHook terminationHook,
        Supplier<String> instance,
        GpuQuery gpus) {

    /** Those of the machine. */
    public static ClientDependencies system() {
        return new ClientDependencies(
                MonotonicClock.SYSTEM,
                InstantSource.system(),
                new SplittableRandom(),
                Sleeper.SYSTEM,
                TerminationHook.JVM,
                () -> UUID.randomUUID().toString(),
                new NvidiaSmi());
    }
}
