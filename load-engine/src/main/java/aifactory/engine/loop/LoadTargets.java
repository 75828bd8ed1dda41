package aifactory.engine.loop;

import aifactory.access.TlsContexts;
import aifactory.access.UnixSockets;
import aifactory.engine.LoadRefusedException;
import aifactory.workload.AiServerAddress;
import aifactory.workload.TlsSettings;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The AI servers of a load, in the order of its plan: their addresses, and how connections to them are protected.
 * Immutable.
 */
public final class LoadTargets {
    private final List<LoadTarget> targets;

    private LoadTargets(List<LoadTarget> targets) {
        this.targets = List.copyOf(targets);
    }

    /**
     * Looks the names up; may block.
     *
     * @param tls for those whose scheme is https
     * @param proxy {@code http://HOST:PORT} that connections go through; null for none
     * @param handshakeTimeout the longest time to agree on a secure connection
     * @throws LoadRefusedException names an address that cannot be used, or all names when none of them is known. When
     *      only some are unknown their requests fail and are counted, as with any other replica that is not there.
     */
    public static LoadTargets resolve(
            List<URI> addresses, @Nullable TlsSettings tls, @Nullable String proxy, Duration handshakeTimeout)
            throws LoadRefusedException {
        AiServerAddress through = proxy == null ? null : parsed(proxy);
        SSLContext context = null;
        List<LoadTarget> targets = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (URI uri : addresses) {
            AiServerAddress address = parsed(uri.toString());
            TransportSecurity security = TransportSecurity.NONE;
            if (address.secure()) {
                context = context == null ? TlsContexts.forClient(tls) : context;
                boolean verified = tls == null || tls.verifiesServer();
                security = new TlsTransport(
                        context,
                        address.host(),
                        address.effectivePort(),
                        verified,
                        handshakeTimeout,
                        through == null ? null : new TlsTransport.Tunnel(address.hostAndPort(), through.toString()));
            }
            targets.add(target(address, through, security, problems));
        }
        if (problems.size() == targets.size()) {
            throw new LoadRefusedException(
                    String.join("; ", problems.stream().distinct().toList()));
        }
        return new LoadTargets(targets);
    }

    private static AiServerAddress parsed(String address) throws LoadRefusedException {
        try {
            return AiServerAddress.parse(address);
        } catch (IllegalArgumentException e) {
            throw new LoadRefusedException(String.valueOf(e.getMessage()));
        }
    }

    private static LoadTarget target(
            AiServerAddress address, @Nullable AiServerAddress proxy, TransportSecurity security, List<String> problems)
            throws LoadRefusedException {
        String path = address.socketPath();
        if (path != null) {
            if (!Epoll.isAvailable()) {
                throw new LoadRefusedException("'" + address + "': Unix domain sockets are available on Linux only");
            }
            try {
                UnixSockets.check(path);
            } catch (UnixSockets.Problem e) {
                problems.add("AI server " + address + " cannot be reached: " + e.getMessage());
            }
            return new LoadTarget(TargetAddresses.fixed(new DomainSocketAddress(path)), path, security);
        }
        AiServerAddress first = proxy == null ? address : proxy;
        TargetAddresses addresses = TargetAddresses.of(first.host(), first.effectivePort());
        if (!addresses.isKnown()) {
            problems.add((proxy == null ? "the AI server's name '" : "the proxy's name '") + first.host()
                    + "' is not known on this node; check the address");
        }
        return new LoadTarget(addresses, first.host(), security);
    }

    int size() {
        return targets.size();
    }

    LoadTarget get(int target) {
        return targets.get(target);
    }

    List<TargetAddresses> addresses() {
        return targets.stream().map(LoadTarget::addresses).toList();
    }
}
