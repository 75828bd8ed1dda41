package aifactory.reporting;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.JsonFormat;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * {@link JsonFormat} as the files of a run use it: a request record begins with its schema, a member that a later version added
 * is passed over, one that is missing is refused, and a figure that is not a number is null.
 */
public final class RunFormat {
    /** The schema that every line of {@code requests.jsonl} names. */
    public static final String REQUEST_SCHEMA = "aifactory.request/1";

    private static final JsonMapper MAPPER = JsonFormat.mapper()
            .rebuild()
            .addMixIn(RequestRecord.class, RequestLine.class)
            .addModule(figures())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private RunFormat() {}

    /** The shared mapper; thread-safe. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "schema")
    @JsonTypeName(REQUEST_SCHEMA)
    private interface RequestLine {}

    private static SimpleModule figures() {
        FigureSerializer serializer = new FigureSerializer();
        return new SimpleModule("figures")
                .addSerializer(Double.class, serializer)
                .addSerializer(Double.TYPE, serializer)
                .addDeserializer(Double.TYPE, new FigureDeserializer());
    }

    private static final class FigureSerializer extends ValueSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator generator, SerializationContext context) {
            if (Double.isFinite(value)) {
                generator.writeNumber(value.doubleValue());
            } else {
                generator.writeNull();
            }
        }
    }

    private static final class FigureDeserializer extends ValueDeserializer<Double> {
        @Override
        public Double deserialize(JsonParser parser, DeserializationContext context) {
            return parser.getDoubleValue();
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            return Double.NaN;
        }
    }
}
