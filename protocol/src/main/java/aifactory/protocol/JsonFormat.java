package aifactory.protocol;

import aifactory.workload.DurationText;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The one JSON format of files, API and batches: snake_case names, enums in lower case, durations as text ({@code
 * "60s"}), nulls written, unknown members refused. A value has the type that it is written as: {@code "1"} is no
 * number, {@code 0} no boolean, {@code 2.5} no whole number and {@code true} no text. A list has no null in it.
 */
public final class JsonFormat {
    /**
     * Without a bound as many buffers are kept as were ever in use at the same time: one for each of a thousand
     * clients that post at once.
     */
    private static final int MOST_KEPT_BUFFERS = 16;

    private static final JsonMapper MAPPER = build(StreamReadConstraints.defaults());

    private JsonFormat() {}

    /** The shared mapper; thread-safe. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * A mapper for untrusted documents. A member of a few bytes needs a hundred bytes of memory, so a document with
     * more tokens than the limit is refused at the first token too many. Costly to create; thread-safe.
     *
     * @param mostTokens names, values, and beginnings and ends of objects and lists
     */
    public static JsonMapper bounded(long mostTokens) {
        return build(StreamReadConstraints.builder().maxTokenCount(mostTokens).build());
    }

    private static JsonMapper build(StreamReadConstraints constraints) {
        return JsonMapper.builder(JsonFactory.builder()
                        .recyclerPool(JsonRecyclerPools.newBoundedPool(MOST_KEPT_BUFFERS))
                        .streamReadConstraints(constraints)
                        .build())
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withConfigOverride(
                        List.class, override -> override.setNullHandling(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .addModule(durations())
                .build();
    }

    private static SimpleModule durations() {
        return new SimpleModule("durations")
                .addSerializer(Duration.class, new ValueSerializer<>() {
                    @Override
                    public void serialize(Duration value, JsonGenerator generator, SerializationContext context) {
                        generator.writeString(DurationText.format(value));
                    }
                })
                .addDeserializer(Duration.class, new ValueDeserializer<>() {
                    @Override
                    public Duration deserialize(JsonParser parser, DeserializationContext context)
                            throws JacksonException {
                        try {
                            return DurationText.parse(parser.getString());
                        } catch (IllegalArgumentException e) {
                            return context.reportInputMismatch(Duration.class, "%s", e.getMessage());
                        }
                    }
                });
    }
}
