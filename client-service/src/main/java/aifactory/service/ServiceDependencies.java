package aifactory.service;

import aifactory.measurement.MonotonicClock;
import aifactory.service.dispatch.GroupDispatcher;
import aifactory.service.reports.ReportRenderer;
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
 * @param reports renders what was measured
 */
public record ServiceDependencies(
        InstantSource instants,
        MonotonicClock clock,
        RandomGenerator random,
        GroupDispatcher dispatcher,
        ReportRenderer reports) {

    /** With this machine's clocks and randomness. */
    public static ServiceDependencies system(GroupDispatcher dispatcher, ReportRenderer reports) {
        return new ServiceDependencies(
                InstantSource.system(), MonotonicClock.SYSTEM, new SecureRandom(), dispatcher, reports);
    }
}
