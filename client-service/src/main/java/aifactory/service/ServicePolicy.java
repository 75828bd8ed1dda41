package aifactory.service;

import java.util.List;

/**
 * What the operator of a service allows.
 *
 * @param allowedAccounts those that groups may be charged to; empty for any
 * @param observerNetworks networks, as {@code 10.0.0.0/8}, whose addresses updates may be sent to
 * @param onClientLoss what becomes of a run that loses a client
 * @param retention how much of the journal is kept
 */
public record ServicePolicy(
        List<String> allowedAccounts, List<String> observerNetworks, ClientLoss onClientLoss, Retention retention) {
    /**
     * How much of the journal is kept: what is past either bound is deleted.
     *
     * @param journalDays the age of its oldest line
     * @param journalLines maximum number of lines
     */
    public record Retention(int journalDays, long journalLines) {
        /** A year, and a million lines, which take some 200 MB. */
        public static final Retention DEFAULT = new Retention(365, 1_000_000);
    }

    /** With the usual retention. */
    public ServicePolicy(List<String> allowedAccounts, List<String> observerNetworks, ClientLoss onClientLoss) {
        this(allowedAccounts, observerNetworks, onClientLoss, Retention.DEFAULT);
    }

    /** What becomes of a run that loses a client. */
    public enum ClientLoss {
        /** The other clients continue; the result is marked incomplete. */
        CONTINUE,
        /** The others stop; what was measured is kept. */
        STOP
    }

    /** Any account, observers in private networks, and runs that continue. */
    public static final ServicePolicy DEFAULT = new ServicePolicy(
            List.of(),
            List.of("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
            ClientLoss.CONTINUE);

    public ServicePolicy {
        allowedAccounts = List.copyOf(allowedAccounts);
        observerNetworks = List.copyOf(observerNetworks);
    }
}
