package aifactory.workload.dataset.entry;

import aifactory.workload.LengthDistribution;
import aifactory.workload.SeededHash;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads members that several formats have in common. Stateless. */
final class Members {
    private static final int SHOWN_CHARACTERS = 60;

    private Members() {}

    static int requireTokens(JsonNode object, String... names) throws EntryProblemException {
        Integer tokens = tokens(object, names);
        if (tokens == null) {
            throw new EntryProblemException("has no " + names[0]);
        }
        return tokens;
    }

    /**
     * A token count under the first of the names that is present, or null. Text of digits is a number: CSV has no
     * other.
     */
    static @Nullable Integer tokens(JsonNode object, String... names) throws EntryProblemException {
        for (String name : names) {
            JsonNode node = object.path(name);
            if (isAbsent(node)) {
                continue;
            }
            double value = number(node);
            if (!(value >= 1 && value <= LengthDistribution.LARGEST) || value != Math.rint(value)) {
                throw new EntryProblemException(name + " is " + shown(node) + ", not a number of tokens from 1 to "
                        + LengthDistribution.LARGEST);
            }
            return (int) value;
        }
        return null;
    }

    /** Whether the member is the number 0, as recorded for a request that failed. */
    static boolean isZero(JsonNode node) {
        return !isAbsent(node) && number(node) == 0;
    }

    /** NaN for a value that is no number. */
    private static double number(JsonNode node) {
        if (node.isNumber()) {
            return node.asDouble();
        }
        String text = node.isString() ? node.stringValue().strip() : "";
        return text.matches("\\d{1,15}(\\.0*)?") ? Double.parseDouble(text) : Double.NaN;
    }

    static boolean isAbsent(JsonNode node) {
        return node.isMissingNode()
                || node.isNull()
                || (node.isString() && node.stringValue().isBlank());
    }

    /**
     * The member of that name, however it is capitalised and separated: {@code Request tokens} is {@code
     * request_tokens}.
     */
    static JsonNode loosely(JsonNode object, String name) {
        JsonNode exact = object.path(name);
        if (!exact.isMissingNode()) {
            return exact;
        }
        String wanted = normal(name);
        for (String present : object.propertyNames()) {
            if (normal(present).equals(wanted)) {
                return object.path(present);
            }
        }
        return MissingNode.getInstance();
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** An identifier, which may be a text or a whole number; null where there is none. */
    static @Nullable String identifier(JsonNode object, String... names) throws EntryProblemException {
        for (String name : names) {
            JsonNode node = object.path(name);
            if (isAbsent(node)) {
                continue;
            }
            if (!node.isString() && !node.isIntegralNumber()) {
                throw new EntryProblemException(name + " is " + shown(node) + ", not a text or a whole number");
            }
            return node.asString();
        }
        return null;
    }

    /** The list of identifiers of blocks; empty where there is none. */
    static long[] blocks(JsonNode node, String name) throws EntryProblemException {
        if (isAbsent(node)) {
            return new long[0];
        }
        if (!node.isArray()) {
            throw new EntryProblemException(name + " is not a list of numbers");
        }
        long[] ids = new long[node.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = node.get(i);
            if (id.isString()) {
                ids[i] = SeededHash.ofText(id.stringValue());
            } else if (id.isIntegralNumber() && id.canConvertToLong()) {
                ids[i] = id.asLong();
            } else {
                throw new EntryProblemException(name + " has " + shown(id) + ", which is no id");
            }
        }
        return ids;
    }

    /** A value as it may appear in a message: short, on one line. */
    static String shown(JsonNode node) {
        String text = node.toString().replaceAll("\\p{Cntrl}", "?");
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
