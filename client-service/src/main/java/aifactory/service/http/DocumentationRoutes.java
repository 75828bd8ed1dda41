package aifactory.service.http;

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

/** The API described: the OpenAPI file, and two pages that show it without anything from outside. */
final class DocumentationRoutes implements ApiServer.Routes {
    private static final String DESCRIPTION = "/aifactory/protocol/openapi.yaml";
    private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
    /** The files of Swagger UI that the pages need, and no others. */
    private static final Map<String, String> ASSETS = Map.of(
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "favicon-32x32.png", "image/png");

    private final byte[] yaml = read(DESCRIPTION);
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
        registry.get("/docs", RouteAccess.PUBLIC, context -> page(context, true));
        registry.get("/redoc", RouteAccess.PUBLIC, context -> page(context, false));
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

    /** @param trying whether requests can be sent from the page; else it is for reading, all of it open */
    private static void page(Context context, boolean trying) {
        String options = trying
                ? "docExpansion: 'list', persistAuthorization: false"
                : "docExpansion: 'full', supportedSubmitMethods: [], defaultModelsExpandDepth: 2";
        context.header(
                        "Content-Security-Policy",
                        "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:")
                .header("X-Frame-Options", "DENY")
                .contentType("text/html; charset=utf-8")
                .result("""
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
                          <script>SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', validatorUrl: null, %s });</script>
                        </body>
                        </html>
                        """.formatted(options).getBytes(StandardCharsets.UTF_8));
    }

    private static void asset(Context context) {
        String type = ASSETS.get(context.pathParam("file"));
        if (type == null) {
            throw RequestRefusedException.notFound("there is no such file; /docs shows the API");
        }
        context.header("Cache-Control", "public, max-age=86400")
                .contentType(type)
                .result(read(SWAGGER_UI + context.pathParam("file")));
    }
}
