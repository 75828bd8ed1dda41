package aifactory.service.dispatch.local;

import aifactory.protocol.ServerSpecification;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.InvalidOrderException;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Each process is a client. */
final class ClientsOnThisMachine implements JobProcesses {
    /** What a client process keeps of memory as soon as it runs: its young generation is touched at its start. */
    static final long MEMORY_BYTES = 192L << 20;

    /** The memory of a process that monitors a server, without the server: the server's needs are unknown. */
    private static final long SERVER_MEMORY_BYTES = 96L << 20;

    private static final int MOST_SERVERS = 64;
    private static final int LARGEST_PORT = 65_535;

    private final ClientCommandLine commandLine;
    private final ServerCommandLine serverCommandLine;
    private final LongSupplier availableBytes;

    /**
     * @param availableBytes memory that may still be taken on this machine
     */
    ClientsOnThisMachine(
            ClientCommandLine commandLine, ServerCommandLine serverCommandLine, LongSupplier availableBytes) {
        this.commandLine = commandLine;
        this.serverCommandLine = serverCommandLine;
        this.availableBytes = availableBytes;
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
        long available = availableBytes.getAsLong();
        if (order.numClients() * MEMORY_BYTES > available) {
            throw new InvalidOrderException(
                    "num_clients",
                    order.numClients() + " client processes keep " + (MEMORY_BYTES >> 20)
                            + " MiB each, and this machine has "
                            + (available >> 20) + " MiB left, enough for " + available / MEMORY_BYTES
                            + ": use fewer, or a cluster");
        }
        if (order.server() != null) {
            check(order.server(), available - order.numClients() * MEMORY_BYTES);
        }
    }

    /** Here all servers share one machine, and each takes the next port. */
    private static void check(ServerSpecification server, long available) throws InvalidOrderException {
        int processes = server.processes();
        if (processes > MOST_SERVERS || processes * SERVER_MEMORY_BYTES > available) {
            throw new InvalidOrderException(
                    "server.replicas",
                    processes + " server processes on one machine, which in addition to the clients has "
                            + (available >> 20) + " MiB left; the local dispatcher starts at most "
                            + MOST_SERVERS + ", with " + (SERVER_MEMORY_BYTES >> 20)
                            + " MiB each plus the memory of the server: use fewer, or a cluster");
        }
        if (server.port() + processes - 1 > LARGEST_PORT) {
            throw new InvalidOrderException(
                    "server.port",
                    "from port " + server.port() + " on there are not " + processes
                            + " ports, one for each server on this machine: give a smaller one");
        }
    }

    @Override
    public String preview(DispatchOrder order) {
        String clients = order.numClients() == 0 ? "" : times(order.numClients(), command(order, 0));
        return order.server() == null
                ? clients
                : clients + times(order.server().processes(), command(order, order.numClients()));
    }

    private static String times(int count, List<String> command) {
        return "# " + count + " times on this machine:\n" + String.join(" ", command) + "\n";
    }

    @Override
    public int count(DispatchOrder order) {
        return order.processes();
    }

    @Override
    public List<String> command(DispatchOrder order, int number) {
        if (number >= order.numClients()) {
            return serverCommandLine.of(new ServerCommandLine.Server(
                    order.clientServiceAddress(), order.benchmarkId(), order.logDirectory()));
        }
        return commandLine.of(new ClientCommandLine.Client(
                order.clientServiceAddress(),
                order.aiServers().isEmpty() ? null : order.aiServers().getFirst(),
                order.benchmarkId(),
                number,
                Boolean.TRUE.equals(order.request().gpu())));
    }

    @Override
    public Map<String, String> environment(DispatchOrder order, int number) {
        int ofItsKind = number < order.numClients() ? number : number - order.numClients();
        return Map.of("AIFACTORY_PROCESS_NUMBER", Integer.toString(ofItsKind));
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
