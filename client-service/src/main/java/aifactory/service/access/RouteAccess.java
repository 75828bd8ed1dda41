package aifactory.service.access;

/** Who may use a route. Who may do more may use it too, unless said otherwise. */
public enum RouteAccess {
    /** Every request, without authentication. */
    PUBLIC,
    /** Who may look: the token for reading, a dashboard's session, the service's token. */
    READ,
    /** As {@link #READ}, and the clients of the group that the route is about. */
    READ_OR_GROUP,
    /** The clients of the group that the route is about, and the service's token. */
    GROUP,
    /** The service's token alone. */
    WRITE
}
