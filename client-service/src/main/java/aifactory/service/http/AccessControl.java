package aifactory.service.http;

import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.access.AccessTokens;
import aifactory.service.groups.ClientManager;
import io.javalin.http.Context;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides who may ask for what. Thread-safe. */
final class AccessControl {
    private static final Set<String> PUBLIC =
            Set.of("/health", "/ready", "/docs", "/redoc", "/openapi.json", "/openapi.yaml");
    /** What a group's secret opens, for its own group only. */
    private static final Pattern OF_CLIENTS =
            Pattern.compile("/api/v1/client-group/(\\d{1,10})(/(connect|run|stop|observer|clients/.*))?");

    private final @Nullable AccessTokens tokens;
    private final ClientManager clients;

    /**
     * @param tokens null without authentication
     */
    AccessControl(@Nullable AccessTokens tokens, ClientManager clients) {
        this.tokens = tokens;
        this.clients = clients;
    }

    /** Who asks; refuses those who may not. */
    Journal.Actor check(Context context) {
        String path = context.path();
        if (tokens == null || PUBLIC.contains(path) || path.equals("/") || path.startsWith("/dashboard/")) {
            return new Journal.Actor("anyone", context.ip());
        }
        String header = context.header("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw RequestRefusedException.unauthorized(
                    "a token is missing: send 'Authorization: Bearer TOKEN' with the token in the service's token"
                            + " file");
        }
        String shown = header.substring(7).strip();
        if (tokens.isServiceToken(shown)) {
            return new Journal.Actor("service-token", context.ip());
        }
        Matcher own = OF_CLIENTS.matcher(path);
        if (own.matches() && clients.isSecretOf(Long.parseLong(own.group(1)), shown)) {
            return new Journal.Actor("group-secret", context.ip());
        }
        throw RequestRefusedException.unauthorized(
                "the token is not valid here: use the one in the service's token file");
    }
}
