package aifactory.service.testing;

import aifactory.protocol.OpenApiDescription;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Holds answers against the OpenAPI file. Thread-safe. */
public final class OpenApiContract {
    private static final OpenApiContract SERVED = new OpenApiContract();

    private final JsonNode description;
    private final Map<Pattern, String> paths = new ConcurrentHashMap<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private OpenApiContract() {
        description = YAMLMapper.shared().readTree(OpenApiDescription.yaml());
        for (String path : description.path("paths").propertyNames()) {
            paths.put(Pattern.compile(path.replaceAll("\\{[a-z_]+}", "[^/]+")), path);
        }
    }

    public static OpenApiContract served() {
        return SERVED;
    }

    /** Every operation of the file: {@code GET /health}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method ->
                                operations.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        return operations;
    }

    /** The statuses that the file has for one of {@link #operations}. */
    public Set<String> answers(String operation) {
        String[] methodAndPath = operation.split(" ", 2);
        return new TreeSet<>(
                operation(methodAndPath[0], methodAndPath[1]).path("responses").propertyNames());
    }

    /** Whether an operation is said to need no token. */
    public boolean isPublic(String method, String path) {
        JsonNode security = operation(method, path).path("security");
        return security.isArray() && security.isEmpty();
    }

    private JsonNode operation(String method, String path) {
        return description.path("paths").path(path).path(method.toLowerCase(java.util.Locale.ROOT));
    }

    /** Fails unless an answer of a described operation is as the file has it; others are left alone. */
    public void check(String method, String rawPath, int status, String contentType, byte[] body) {
        int query = rawPath.indexOf('?');
        String asked = query < 0 ? rawPath : rawPath.substring(0, query);
        Optional<String> path = template(asked);
        if (path.isEmpty() || operation(method, path.get()).isMissingNode()) {
            return;
        }
        JsonNode response =
                resolve(operation(method, path.get()).path("responses").path(Integer.toString(status)));
        String name = method + " " + path.get() + " " + status;
        if (query >= 0 && status < 400) {
            checkParameters(name, operation(method, path.get()), rawPath.substring(query + 1));
        }
        if (response.isMissingNode()) {
            throw new AssertionError(name + " is not in openapi.yaml; answered: " + text(body));
        }
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            return;
        }
        String type = contentType.split(";", 2)[0].strip();
        if (!content.has(type)) {
            throw new AssertionError(name + " answered '" + contentType + "', which is not in openapi.yaml");
        }
        if (type.equals("application/json")) {
            List<Error> errors = schemas.computeIfAbsent(
                            name, _ -> schema(content.path(type).path("schema")))
                    .validate(JsonMapper.shared().readTree(body));
            if (!errors.isEmpty()) {
                throw new AssertionError(name + " is not as openapi.yaml has it: " + errors + " in " + text(body));
            }
        }
    }

    private void checkParameters(String name, JsonNode operation, String query) {
        Set<String> described = new TreeSet<>();
        operation.path("parameters").forEach(node -> {
            JsonNode parameter = resolve(node);
            if (parameter.path("in").asString("").equals("query")) {
                described.add(parameter.path("name").asString(""));
            }
        });
        for (String part : query.split("&")) {
            String given = part.split("=", 2)[0];
            if (!described.contains(given)) {
                throw new AssertionError(name + " was asked with '" + given + "', which is not in openapi.yaml");
            }
        }
    }

    /** The path with the fewest parameters that fits. */
    private Optional<String> template(String path) {
        TreeMap<Integer, String> fitting = new TreeMap<>();
        paths.forEach((pattern, template) -> {
            if (pattern.matcher(path).matches()) {
                fitting.put(template.length() - template.replace("{", "").length(), template);
            }
        });
        return fitting.isEmpty()
                ? Optional.empty()
                : Optional.of(fitting.firstEntry().getValue());
    }

    private JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : description.at(reference.substring(1));
    }

    /** The schema as a separate document, with the schemas that it references. */
    private Schema schema(JsonNode schema) {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.putArray("allOf").add(schema);
        document.set("components", description.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(document);
    }

    private static String text(byte[] body) {
        String text = new String(body, java.nio.charset.StandardCharsets.UTF_8);
        return text.length() > 500 ? text.substring(0, 500) + "…" : text;
    }
}
