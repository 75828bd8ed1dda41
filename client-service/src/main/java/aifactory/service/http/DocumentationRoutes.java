package aifactory.service.http;

import aifactory.protocol.OpenApiDescription;
import aifactory.service.RequestRefusedException;
import aifactory.service.access.RouteAccess;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The API described: the OpenAPI file, one page to try it and one to read it, without anything from outside. */
final class DocumentationRoutes implements ApiServer.Routes {
    private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
    private static final String REDOC = "/META-INF/resources/webjars/redoc/2.5.1/";
    private static final String POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline';"
            + " script-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:";
    private static final String TRYING = """
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <title>AI Factory Client Service: API</title>
              <link rel="icon" href="docs/favicon-32x32.png">
              <link rel="stylesheet" href="docs/swagger-ui.css">
            </head>
            <body>
              <div id="api"></div>
              <script src="docs/swagger-ui-bundle.js"></script>
              <script>
                SwaggerUIBundle({
                  url: 'openapi.json', dom_id: '#api', validatorUrl: null, docExpansion: 'list', persistAuthorization: false
                });
              </script>
            </body>
            </html>
            """;
    private static final String READING = """
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>AI Factory Client Service: API</title>
              <link rel="icon" href="docs/favicon-32x32.png">
              <style>body { margin: 0; }</style>
            </head>
            <body>
              <div id="api"></div>
              <script src="docs/redoc.standalone.js"></script>
              <script>
                Redoc.init('openapi.json', {
                  disableGoogleFonts: true, hideFab: true, hideLogo: true,
                  theme: { typography: { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' } } }
                }, document.getElementById('api'));
              </script>
            </body>
            </html>
            """;

    /** A file that a page needs; no others of the jars are served. */
    private record Asset(String resource, String type) {}

    private static final Map<String, Asset> ASSETS = Map.of(
            "swagger-ui.css", new Asset(SWAGGER_UI + "swagger-ui.css", "text/css; charset=utf-8"),
            "swagger-ui-bundle.js", new Asset(SWAGGER_UI + "swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
            "favicon-32x32.png", new Asset(SWAGGER_UI + "favicon-32x32.png", "image/png"),
            "redoc.standalone.js", new Asset(REDOC + "redoc.standalone.js", "text/javascript; charset=utf-8"));

    private final byte[] yaml = OpenApiDescription.yaml().getBytes(StandardCharsets.UTF_8);
    private final byte[] json =
            JsonMapper.shared().writeValueAsBytes(YAMLMapper.shared().readTree(yaml));

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get(
                "/openapi.yaml",
                RouteAccess.PUBLIC,
                context -> context.contentType("application/yaml").result(yaml));
        registry.get(
                "/openapi.json",
                RouteAccess.PUBLIC,
                context -> context.contentType("application/json").result(json));
        registry.get("/docs", RouteAccess.PUBLIC, context -> page(context, TRYING));
        registry.get("/redoc", RouteAccess.PUBLIC, context -> page(context, READING));
        registry.get("/docs/{file}", RouteAccess.PUBLIC, DocumentationRoutes::asset);
    }

    private static byte[] read(String resource) {
        try (InputStream stream = DocumentationRoutes.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is missing from the program");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void page(Context context, String html) {
        context.header("Content-Security-Policy", POLICY)
                .header("X-Frame-Options", "DENY")
                .contentType("text/html; charset=utf-8")
                .result(html.getBytes(StandardCharsets.UTF_8));
    }

    private static void asset(Context context) {
        Asset asset = ASSETS.get(context.pathParam("file"));
        if (asset == null) {
            throw RequestRefusedException.notFound("there is no such file; /docs shows the API");
        }
        context.header("Cache-Control", "public, max-age=86400")
                .contentType(asset.type())
                .result(read(asset.resource()));
    }
}
