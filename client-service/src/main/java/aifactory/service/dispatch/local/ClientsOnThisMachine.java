package aifactory.service.dispatch.local;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.InvalidOrderException;
import java.util.List;
import java.util.Map;

/** Each process is a client. */
final class ClientsOnThisMachine implements JobProcesses {
    private final ClientCommandLine commandLine;

    ClientsOnThisMachine(ClientCommandLine commandLine) {
        this.commandLine = commandLine;
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public void check(DispatchOrder order) throws InvalidOrderException {
        if (order.numClients() > LocalDispatcher.MOST_CLIENTS) {
            throw new InvalidOrderException(
                    "num_clients",
                    order.numClients() + " client processes on one machine; the local dispatcher starts at most "
                            + LocalDispatcher.MOST_CLIENTS + ": use fewer, or a cluster");
        }
    }

    @Override
    public String preview(DispatchOrder order) {
        return "# " + order.numClients() + " times on this machine:\n" + String.join(" ", command(order, 0)) + "\n";
    }

    @Override
    public int count(DispatchOrder order) {
        return order.numClients();
    }

    @Override
    public List<String> command(DispatchOrder order, int number) {
        return commandLine.of(new ClientCommandLine.Client(
                order.clientServiceAddress(),
                order.aiServers().getFirst(),
                order.benchmarkId(),
                number,
                Boolean.TRUE.equals(order.request().gpu())));
    }

    @Override
    public Map<String, String> environment(DispatchOrder order, int number) {
        return Map.of("AIFACTORY_PROCESS_NUMBER", Integer.toString(number));
    }

    @Override
    public List<String> nodes() {
        return List.of("localhost");
    }

    /** SIGTERM is all that they need. */
    @Override
    public boolean askToEnd(String token) {
        return false;
    }
}
