package aifactory.service;

import java.time.Duration;

/**
 * How long the service waits for what.
 *
 * @param poll the longest time that a client's poll for commands is held; whole seconds
 * @param heartbeat maximum interval between two contacts of a client; whole seconds
 * @param suspectedAfter time without contact after which a client is shown as suspected
 * @param lostAfter time without contact after which a client is given up
 * @param arm the longest time from the order to prepare a run to the last client's answer
 * @param startLead from the last client's answer to T0, so that the order to start arrives everywhere before it
 * @param startLeadOfFew the same where no more than {@value #FEW_CLIENTS} clients take part
 * @param drain what is kept free at an allocation's end for clients to deliver what they measured
 * @param drainGrace beyond the planned end and the requests' timeout, how long a client may take for its last batch
 * @param stopGrace how long clients may take to end by themselves before their job is cancelled
 * @param cancelConfirmation the longest wait for a cancelled job to be gone
 * @param supervision how often deadlines are looked at
 * @param jobPoll how often the dispatcher is asked for the states of the jobs
 */
public record ServiceTimings(
        Duration poll,
        Duration heartbeat,
        Duration suspectedAfter,
        Duration lostAfter,
        Duration arm,
        Duration startLead,
        Duration startLeadOfFew,
        Duration drain,
        Duration drainGrace,
        Duration stopGrace,
        Duration cancelConfirmation,
        Duration supervision,
        Duration jobPoll) {

    /** So many clients on one machine receive an order within milliseconds. */
    public static final int FEW_CLIENTS = 4;

    private static final Duration LOCAL_START_LEAD = Duration.ofMillis(300);

    /** What is right for clients on the nodes of a cluster. */
    public static ServiceTimings defaults() {
        return new ServiceTimings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(45),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(120),
                Duration.ofMillis(200),
                Duration.ofSeconds(1));
    }

    /**
     * The same for a service whose clients run on its own machine: they share its clock, and orders do not cross a
     * network.
     */
    public ServiceTimings forLocalClients() {
        return new ServiceTimings(
                poll,
                heartbeat,
                suspectedAfter,
                lostAfter,
                arm,
                startLead,
                LOCAL_START_LEAD,
                drain,
                drainGrace,
                stopGrace,
                cancelConfirmation,
                supervision,
                jobPoll);
    }

    /** From the last client's answer to T0. */
    public Duration startLead(int participants) {
        return participants <= FEW_CLIENTS ? startLeadOfFew : startLead;
    }
}
