package aifactory.client;

import java.time.Duration;

/**
 * How long a client process waits for what.
 *
 * @param connectTimeout for a connection to the service
 * @param requestTimeout for the answer to a request that the service does not hold
 * @param backoffBase the longest pause after the first failure; it doubles from there
 * @param backoffCap the longest pause at all
 * @param registrationDeadline after which a process that cannot register gives up
 * @param serviceLostTimeout time without contact to the service after which a process gives up
 * @param flushTimeout for ending the load and delivering the rest after a signal; less than Slurm's KillWait
 * @param exitFlushTimeout the same after the service's own order to end
 * @param clockExchanges quick exchanges that compare the clocks before a start
 * @param clockPatience for all of them together
 */
public record ClientTimings(
        Duration connectTimeout,
        Duration requestTimeout,
        Duration backoffBase,
        Duration backoffCap,
        Duration registrationDeadline,
        Duration serviceLostTimeout,
        Duration flushTimeout,
        Duration exitFlushTimeout,
        int clockExchanges,
        Duration clockPatience) {

    public static final ClientTimings DEFAULTS = new ClientTimings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofSeconds(15),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            8,
            Duration.ofSeconds(2));
}
