package aifactory.service.http;

import aifactory.service.access.RouteAccess;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The dashboard's page at {@code /} and the files that it consists of. They contain no user data, so that they are
 * public; the page reads its data from the API, like any other client.
 */
final class DashboardRoutes implements ApiServer.Routes {
    /** Own scripts and styles, and the API of this service: nothing from elsewhere, no script inside of markup. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final List<String> FILES = List.of(
            "style.css",
            "main.js",
            "api.js",
            "dom.js",
            "forms.js",
            "figures.js",
            "chart.js",
            "explanation.js",
            "view-groups.js",
            "view-group.js",
            "followed-logs.js",
            "view-runs.js",
            "view-run.js",
            "view-compare.js");

    private final byte[] page = read("index.html");
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    DashboardRoutes() {
        FILES.forEach(name -> files.put(name, read(name)));
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/", RouteAccess.PUBLIC, context -> serve(context, "text/html; charset=utf-8", page));
        files.forEach((name, content) -> registry.get(
                "/dashboard/" + name,
                RouteAccess.PUBLIC,
                context -> serve(
                        context,
                        name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
                        content)));
    }

    private static void serve(Context context, String type, byte[] content) {
        context.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                // Another version of the program has other files under the same names.
                .header("Cache-Control", "no-cache")
                .contentType(type)
                .result(content);
    }

    private static byte[] read(String name) {
        try (InputStream stream = DashboardRoutes.class.getResourceAsStream("/aifactory/service/dashboard/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the program");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
