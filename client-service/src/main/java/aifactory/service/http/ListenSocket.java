package aifactory.service.http;

import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceStartException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Locale;

/**
 * Binds the port of the service before anything else is started: a port that is in use is an error without a stack
 * trace, and no other process can take a port between a test and its use.
 */
final class ListenSocket {
    /** A thousand clients may register within moments. */
    static final int BACKLOG = 4096;

    private static final int HIGHEST_PORT = 65_535;

    private ListenSocket() {}

    /**
     * Binds the configured port, or the first of its alternatives that is free.
     *
     * @throws ServiceStartException names the ports, the cause and the remedy
     */
    static ServerSocketChannel bind(ClientServiceConfiguration configuration) throws ServiceStartException {
        int first = configuration.port();
        int last = Math.min(HIGHEST_PORT, first + configuration.alternativePorts());
        for (int port = first; ; port++) {
            try {
                return bind(configuration.host(), port);
            } catch (IOException | IllegalArgumentException e) {
                if (port == last || !isInUse(e)) {
                    String ports = port == first ? String.valueOf(port) : first + " to " + port;
                    throw new ServiceStartException("the service cannot listen on " + configuration.host() + ":" + ports
                            + ": " + e.getMessage()
                            + "; is another one running? Choose another port with --port, or 0 for any free one");
                }
            }
        }
    }

    private static ServerSocketChannel bind(String host, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IOException("no address is known for the host " + host);
            }
            channel.socket().setReuseAddress(true);
            channel.bind(address, BACKLOG);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Not an address that this machine does not have, nor a port that the user may not use. */
    private static boolean isInUse(Exception failure) {
        return failure instanceof BindException
                && String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("in use");
    }
}
