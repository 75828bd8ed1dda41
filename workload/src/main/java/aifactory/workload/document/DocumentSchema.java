package aifactory.workload.document;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.regex.RegularExpression;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schema that a workload's requests ask responses to follow (draft 2020-12 unless it names another).
 * References to other documents are not followed. What a check may take is bounded, as the text is a server's.
 *
 * <p>Used by one thread at a time.
 */
public final class DocumentSchema {
    /** Longer documents are not checked; in bytes of UTF-8. */
    public static final int MOST_BYTES = 1 << 20;

    private static final int MOST_DEPTH = 200;
    private static final ExecutionConfig LIMITS = ExecutionConfig.builder()
            .failFast(true)
            .annotationCollectionEnabled(false)
            .maxEvaluationSteps(1_000_000)
            .maxEvaluationDepth(1_000)
            .build();
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Schema schema;
    /** Set by the expressions of the schema, whose exceptions the library would take for a mismatch. */
    private final AtomicBoolean tooManySteps;

    private DocumentSchema(Schema schema, AtomicBoolean tooManySteps) {
        this.schema = schema;
        this.tooManySteps = tooManySteps;
    }

    /**
     * A schema.
     *
     * @throws IllegalArgumentException it is not one that can be checked
     */
    public static DocumentSchema of(JsonNode node) {
        if (!node.isObject() && !node.isBoolean()) {
            throw new IllegalArgumentException("is " + shortened(node.toString()) + ": give a JSON Schema, an object");
        }
        try {
            AtomicBoolean tooManySteps = new AtomicBoolean();
            SchemaRegistry registry = registry(tooManySteps);
            List<Error> errors =
                    registry.getSchema(SchemaLocation.of(dialect(node))).validate(node);
            if (!errors.isEmpty()) {
                throw new IllegalArgumentException(
                        "is not a JSON Schema: " + shortened(errors.getFirst().toString()));
            }
            DocumentSchema schema = new DocumentSchema(registry.getSchema(node), tooManySteps);
            // References are resolved when they are first needed: one without a target is to be found now.
            for (String probe : List.of("{}", "[]", "\"\"", "0")) {
                schema.validate(MAPPER.readTree(probe));
            }
            return schema;
        } catch (SchemaException | ValidationLimitExceededException | StackOverflowError e) {
            throw new IllegalArgumentException(
                    "is not a JSON Schema that can be checked: " + shortened(e.toString()), e);
        }
    }

    private static String dialect(JsonNode node) {
        return node.path("$schema").asString(Dialects.getDraft202012().getId());
    }

    private static SchemaRegistry registry(AtomicBoolean tooManySteps) {
        return SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaLoader(loader -> loader.fetchRemoteResources(false))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .regularExpressionFactory(text -> expression(text, tooManySteps))
                                .build()));
    }

    private static RegularExpression expression(String text, AtomicBoolean tooManySteps) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new SchemaException("pattern '" + text + "' is not a regular expression: " + e.getDescription());
        }
        return value -> {
            try {
                return pattern.matcher(new StepLimitedText(value)).find();
            } catch (StepLimitedText.TooManyStepsException | StackOverflowError e) {
                tooManySteps.set(true);
                return false;
            }
        };
    }

    /**
     * Whether a text is a JSON document that the schema accepts; null where that took more than the bounds allow.
     *
     * @param text at most {@link #MOST_BYTES}
     */
    public @Nullable Boolean accepts(String text) {
        JsonNode document;
        try {
            document = MAPPER.readTree(text);
        } catch (JacksonException e) {
            return false;
        }
        if (document.isMissingNode()) {
            return false;
        }
        tooManySteps.set(false);
        try {
            boolean valid = validate(document);
            return tooManySteps.get() ? null : Boolean.valueOf(valid);
        } catch (ValidationLimitExceededException | StackOverflowError e) {
            return null;
        }
    }

    private boolean validate(JsonNode document) {
        return schema.validate(document, context -> context.setExecutionConfig(LIMITS))
                .isEmpty();
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ");
        return plain.length() <= 300 ? plain : plain.substring(0, 300) + "…";
    }
}
