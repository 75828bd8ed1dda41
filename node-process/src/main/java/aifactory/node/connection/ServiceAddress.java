package aifactory.node.connection;

import aifactory.node.environment.NodeProblemException;
import java.net.URI;

/** The Client Service's routes under an address that a user gave. */
public final class ServiceAddress {
    private static final String API = "/api/v1";

    private ServiceAddress() {}

    /** @throws NodeProblemException unless it is {@code http[s]://HOST[:PORT]}, with or without {@code /api/v1} */
    public static void check(URI address) throws NodeProblemException {
        String path = address.getPath() == null ? "" : address.getPath();
        boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        boolean plain = path.isEmpty() || path.equals("/") || path.equals(API) || path.equals(API + "/");
        if (!http || address.getHost() == null || !plain || address.getQuery() != null) {
            throw new NodeProblemException(
                    "'" + address + "' is not an address of a Client Service; give it as http://HOST:8001");
        }
    }

    /** The route of a group at a service whose address was checked. */
    public static URI group(URI service, long benchmarkId) {
        return URI.create(
                service.getScheme() + "://" + service.getRawAuthority() + API + "/client-group/" + benchmarkId);
    }

    /** @param route below the group's own, without a slash before it */
    public static URI under(URI group, String route) {
        return URI.create(group + "/" + route);
    }
}
