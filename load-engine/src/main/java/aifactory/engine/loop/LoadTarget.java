package aifactory.engine.loop;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An AI server as the connections see it.
 *
 * @param address null when its name is not known on this node
 * @param name the host's name, for messages
 */
record LoadTarget(@Nullable InetSocketAddress address, String name, TransportSecurity security) {}
