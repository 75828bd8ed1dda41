package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.testing.TestService;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Programs that were written for the API of an earlier version find its routes, parameters and JSON fields. */
final class EarlierApiTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void everyRouteParameterAndFieldIsStillDescribed() throws Exception {
        List<String> earlier;
        try (InputStream stream = Objects.requireNonNull(
                EarlierApiTest.class.getResourceAsStream("/aifactory/service/earlier/api.txt"))) {
            earlier = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
        assertThat(earlier).hasSizeGreaterThan(400);
        JsonNode description;
        try (TestService service = TestService.start(directory)) {
            description =
                    service.api().as(null).get("/openapi.json").expect(200).json();
        }
        Set<String> known = new HashSet<>();
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    String route = method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                    known.add(route);
                    for (JsonNode parameters : List.of(
                            path.getValue().path("parameters"),
                            method.getValue().path("parameters"))) {
                        parameters.forEach(parameter ->
                                known.add(route + " " + parameter.path("name").asString("")));
                    }
                }));
        description
                .path("components")
                .path("schemas")
                .properties()
                .forEach(schema -> collect(schema.getValue(), schema.getKey(), known));

        assertThat(known).containsAll(earlier);
    }

    private static void collect(JsonNode schema, String path, Set<String> fields) {
        schema.path("properties").properties().forEach(member -> {
            String field = path + "." + member.getKey();
            fields.add(field);
            collect(member.getValue(), field, fields);
        });
        for (String nested : List.of("items", "additionalProperties")) {
            if (schema.path(nested).isObject()) {
                collect(schema.path(nested), path, fields);
            }
        }
        for (String choice : List.of("anyOf", "oneOf", "allOf")) {
            schema.path(choice).forEach(one -> collect(one, path, fields));
        }
    }
}
