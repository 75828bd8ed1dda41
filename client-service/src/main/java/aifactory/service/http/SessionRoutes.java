package aifactory.service.http;

import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.access.AccessTokens;
import aifactory.service.access.RouteAccess;
import aifactory.service.access.SessionCookie;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dashboard's session: a browser hands in a token once and looks by a cookie from then on. */
final class SessionRoutes implements ApiServer.Routes {
    private final @Nullable AccessTokens tokens;
    private final ServiceClock clock;
    private final boolean secure;

    /**
     * @param tokens null without authentication
     * @param secure whether the service speaks TLS
     */
    SessionRoutes(@Nullable AccessTokens tokens, ServiceClock clock, boolean secure) {
        this.tokens = tokens;
        this.clock = clock;
        this.secure = secure;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post("/api/v1/session", RouteAccess.READ, this::begin);
        registry.delete("/api/v1/session", RouteAccess.PUBLIC, this::end);
    }

    private void begin(Context context) {
        if (tokens != null) {
            if (context.header("Authorization") == null) {
                throw RequestRefusedException.forbidden(
                        "a session cannot create another one: send the token in 'Authorization: Bearer TOKEN'");
            }
            set(context, tokens.cookie().issue(clock.epochMillis() / 1_000), (int) SessionCookie.LIFETIME.toSeconds());
        }
        ApiServer.json(context, 201, Map.of("status", "begun", "lifetime_seconds", SessionCookie.LIFETIME.toSeconds()));
    }

    private void end(Context context) {
        set(context, "", 0);
        if (tokens != null) {
            try {
                tokens.cookie().revoke(context.cookie(SessionCookie.NAME), clock.epochMillis() / 1_000);
            } catch (IOException e) {
                throw RequestRefusedException.unavailable("the session has ended, but that could not be stored ("
                        + e.getMessage()
                        + "), so that a restart of the service would restore it; free disk space in the data"
                        + " directory and sign out again, or delete the token file");
            }
        }
        ApiServer.json(context, 200, Map.of("status", "ended"));
    }

    private void set(Context context, String value, int seconds) {
        context.cookie(new Cookie(SessionCookie.NAME, value, "/", seconds, secure, true, null, SameSite.STRICT));
    }
}
