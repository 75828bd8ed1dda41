package aifactory.engine.loop;

import java.net.SocketAddress;
import java.util.function.Consumer;

/** Opens connections for one event loop, and belongs to it. */
interface Connector {
    /**
     * Begins to open a connection; what arrives on it goes to the given {@link StreamConnection}. Calls one of the two
     * listeners, at once or later.
     */
    void connect(
            StreamConnection connection,
            SocketAddress address,
            TransportSecurity security,
            Consumer<Wire> opened,
            Consumer<Throwable> failed);
}
