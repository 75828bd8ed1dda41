package aifactory.workload;

/**
 * The part of the group's load that one client generates.
 *
 * @param client this client's number, from 0
 * @param clients how many clients share the load
 */
public record GroupShare(int client, int clients) {
    public GroupShare {
        if (clients < 1 || client < 0 || client >= clients) {
            throw new IllegalArgumentException("client " + client + " of " + clients);
        }
    }

    /** Whether the group's request of that index, from 0, is this client's: they are dealt like cards. */
    public boolean owns(long index) {
        return index % clients == client;
    }

    /**
     * This client's part of a total that is divided as evenly as it goes; the parts of all clients add up to the total.
     */
    public int of(int total) {
        return total / clients + (client < total % clients ? 1 : 0);
    }
}
