package aifactory.service.composition;

import aifactory.measurement.MonotonicClock;
import aifactory.service.BuildIdentity;
import aifactory.service.ServerProbe;
import aifactory.service.ServiceThreads;
import aifactory.service.coordination.ServerDescription;
import aifactory.service.dispatch.ClientDispatcher;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What the service is composed of.
 *
 * @param instants the time of day
 * @param clock for everything that is waited for
 * @param random unpredictable: identities, secrets and salts are drawn from it
 * @param dispatcher starts the client processes; the service closes it
 * @param build the program, for the provenance of results
 * @param threads run everything between the HTTP layer and the database
 * @param probe asks an AI server for what it reports of itself
 */
public record ServiceDependencies(
        InstantSource instants,
        MonotonicClock clock,
        RandomGenerator random,
        ClientDispatcher dispatcher,
        BuildIdentity build,
        ServiceThreads threads,
        ServerProbe probe) {

    /** With this machine's clocks and randomness. */
    public static ServiceDependencies system(ClientDispatcher dispatcher, BuildIdentity build) {
        return new ServiceDependencies(
                InstantSource.system(),
                MonotonicClock.SYSTEM,
                new SecureRandom(),
                dispatcher,
                build,
                ServiceThreads.SYSTEM,
                ServerDescription::of);
    }
}
