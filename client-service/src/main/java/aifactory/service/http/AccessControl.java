package aifactory.service.http;

import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.access.AccessTokens;
import aifactory.service.access.RouteAccess;
import aifactory.service.access.SessionCookie;
import aifactory.service.groups.ClientManager;
import io.javalin.http.Context;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Decides who may ask for what. Thread-safe. */
final class AccessControl {
    private static final String BEARER = "Bearer ";
    private static final int LONGEST_TOKEN = 256;
    /** The actor of a request that showed the secret of its group. */
    static final String GROUP_SECRET = "group-secret";

    private static final String LASTS = "session-lasts";

    private final @Nullable AccessTokens tokens;
    private final ClientManager clients;
    private final ServiceClock clock;

    /**
     * @param tokens null without authentication
     */
    AccessControl(@Nullable AccessTokens tokens, ClientManager clients, ServiceClock clock) {
        this.tokens = tokens;
        this.clients = clients;
        this.clock = clock;
    }

    /** Who asks; refuses those who may not. */
    Journal.Actor check(Context context, RouteAccess access) {
        if (tokens == null || access == RouteAccess.PUBLIC) {
            return new Journal.Actor("anyone", context.ip());
        }
        String header = context.header("Authorization");
        if (header == null) {
            return checkCookie(context, access, tokens);
        }
        String shown = header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : "";
        if (shown.isEmpty() || shown.length() > LONGEST_TOKEN) {
            throw missing();
        }
        if (tokens.isServiceToken(shown)) {
            return new Journal.Actor("service-token", context.ip());
        }
        boolean looksOnly = access == RouteAccess.READ || access == RouteAccess.READ_OR_GROUP;
        if (tokens.isReadOnlyToken(shown)) {
            if (looksOnly) {
                return new Journal.Actor("read-only-token", context.ip());
            }
            throw RequestRefusedException.forbidden("this token is read-only: use the one in the service's token file");
        }
        boolean groups = access == RouteAccess.GROUP || access == RouteAccess.READ_OR_GROUP;
        if (groups && isSecretOfGroup(context, shown)) {
            return new Journal.Actor(GROUP_SECRET, context.ip());
        }
        throw RequestRefusedException.unauthorized(
                "the token is not valid here: use the one in the service's token file");
    }

    private Journal.Actor checkCookie(Context context, RouteAccess access, AccessTokens known) {
        long nowSeconds = clock.epochMillis() / 1_000;
        if (!known.cookie().isValid(context.cookie(SessionCookie.NAME), nowSeconds)) {
            throw missing();
        }
        if (access == RouteAccess.READ || access == RouteAccess.READ_OR_GROUP) {
            String value = context.cookie(SessionCookie.NAME);
            BooleanSupplier lasts = () -> known.cookie().isValid(value, clock.epochMillis() / 1_000);
            context.attribute(LASTS, lasts);
            return new Journal.Actor("session", context.ip());
        }
        throw RequestRefusedException.forbidden("a dashboard session is read-only: use the command line");
    }

    /** Whether the caller may still read: an open stream does not outlive its session. */
    static boolean lasts(Context context) {
        BooleanSupplier lasts = context.attribute(LASTS);
        return lasts == null || lasts.getAsBoolean();
    }

    private static RequestRefusedException missing() {
        return RequestRefusedException.unauthorized(
                "a token is missing: send 'Authorization: Bearer TOKEN' with the token in the service's token file");
    }

    /** A text that is not a group's id is not a group's secret either. */
    private boolean isSecretOfGroup(Context context, String shown) {
        String id = context.pathParamMap().getOrDefault("id", "");
        return id.matches("\\d{1,10}") && clients.isSecretOf(Long.parseLong(id), shown);
    }
}
