package aifactory.reporting;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.JsonFormat;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link JsonFormat} as the files of a run use it: a request record begins with its schema, a member that a later
 * version added is passed over, one that is missing is refused, and a figure that is not a number is null.
 */
public final class RunFormat {
    /** The schema that every line of {@code requests.jsonl} names. */
    public static final String REQUEST_SCHEMA = "aifactory.request/1";

    /** Members that request records of earlier versions are without; each may be null. */
    private static final List<String> LATER_RECORD_MEMBERS = List.of(
            "/requested_output_tokens",
            "/chunks_together",
            "/failed_nanos",
            "/response",
            "/ttft_client_share_nanos",
            "/e2el_client_share_nanos");

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

    /**
     * Gives members that files of earlier versions are without their null.
     *
     * @param members by their pointers
     */
    public static void addMissing(JsonNode document, List<String> members) {
        for (String member : members) {
            JsonPointer pointer = JsonPointer.compile(member);
            if (document.at(pointer.head()) instanceof ObjectNode parent) {
                String name = pointer.last().getMatchingProperty();
                if (!parent.has(name)) {
                    parent.putNull(name);
                }
            }
        }
    }

    /**
     * Reads a request record, of an earlier version too.
     *
     * @throws tools.jackson.core.JacksonException if it is not a valid record
     */
    public static RequestRecord readRecord(byte[] bytes, int start, int length) {
        JsonNode document = MAPPER.readTree(bytes, start, length);
        addMissing(document, LATER_RECORD_MEMBERS);
        return MAPPER.treeToValue(document, RequestRecord.class);
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
