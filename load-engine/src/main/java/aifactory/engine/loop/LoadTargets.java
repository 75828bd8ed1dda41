package aifactory.engine.loop;

import aifactory.access.TlsContexts;
import aifactory.engine.LoadRefusedException;
import aifactory.workload.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The AI servers of a load, in the order of its plan: their addresses, and how connections to them are protected. Immutable. */
public final class LoadTargets {
    private final List<LoadTarget> targets;

    private LoadTargets(List<LoadTarget> targets) {
        this.targets = List.copyOf(targets);
    }

    /**
     * Looks the names up; may block.
     *
     * @param tls for those whose scheme is https
     * @param handshakeTimeout the longest time to agree on a secure connection
     * @throws LoadRefusedException names an address that cannot be used, or all names when none of them is known. When only
     *     some are unknown their requests fail and are counted, as with any other replica that is not there.
     */
    public static LoadTargets resolve(List<URI> addresses, @Nullable TlsSettings tls, Duration handshakeTimeout)
            throws LoadRefusedException {
        SSLContext context = null;
        List<LoadTarget> targets = new ArrayList<>();
        for (URI address : addresses) {
            boolean secure = isSecure(address);
            String host = address.getHost();
            int port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
            TransportSecurity security = TransportSecurity.NONE;
            if (secure) {
                context = context == null ? TlsContexts.forClient(tls) : context;
                boolean verified = tls == null || tls.verifiesServer();
                security = new TlsTransport(context, withoutBrackets(host), port, verified, handshakeTimeout);
            }
            targets.add(new LoadTarget(lookUp(host, port), host, security));
        }
        if (targets.stream().allMatch(target -> target.address() == null)) {
            List<String> names =
                    targets.stream().map(LoadTarget::name).distinct().toList();
            throw new LoadRefusedException("the AI server's name '" + String.join("', '", names)
                    + "' is not known on this node; check the address");
        }
        return new LoadTargets(targets);
    }

    private static boolean isSecure(URI address) throws LoadRefusedException {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        if (address.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new LoadRefusedException("'" + address + "' is not an http:// or https:// address of an AI server");
        }
        return scheme.equals("https");
    }

    private static @Nullable InetSocketAddress lookUp(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int size() {
        return targets.size();
    }

    LoadTarget get(int target) {
        return targets.get(target);
    }
}
