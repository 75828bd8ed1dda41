package aifactory.workload.dataset;

import aifactory.workload.LengthDistribution;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads members that several formats have in common. Stateless. */
final class Members {
    private static final int SHOWN_CHARACTERS = 60;
    /** A year: what is beyond it is no offset but a date, which no run waits for. */
    private static final double LARGEST_MILLIS = 366 * 86_400_000.0;

    private Members() {}

    static int requireTokens(JsonNode object, String name) throws EntryProblemException {
        Integer tokens = tokens(object, name);
        if (tokens == null) {
            throw new EntryProblemException("has no " + name);
        }
        return tokens;
    }

    /** A token count under the first of the names that is there, or null. */
    static @Nullable Integer tokens(JsonNode object, String... names) throws EntryProblemException {
        for (String name : names) {
            JsonNode node = object.path(name);
            if (node.isMissingNode() || node.isNull()) {
                continue;
            }
            if (!node.isIntegralNumber()
                    || !node.canConvertToInt()
                    || node.asInt() < 1
                    || node.asInt() > LengthDistribution.LARGEST) {
                throw new EntryProblemException(name + " is " + shown(node) + ", not a number of tokens from 1 to "
                        + LengthDistribution.LARGEST);
            }
            return node.asInt();
        }
        return null;
    }

    /** The member {@code timestamp}, which is in milliseconds, or {@link DatasetEntry#NO_TIME}. */
    static long timestampNanos(JsonNode object) throws EntryProblemException {
        Long nanos = millis(object, "timestamp");
        return nanos == null ? DatasetEntry.NO_TIME : nanos;
    }

    /** A time in milliseconds, as nanoseconds; null where there is none. */
    static @Nullable Long millis(JsonNode object, String name) throws EntryProblemException {
        JsonNode node = object.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isNumber() || !(node.asDouble() >= 0 && node.asDouble() <= LARGEST_MILLIS)) {
            throw new EntryProblemException(
                    name + " is " + shown(node) + ", not milliseconds from the beginning, up to a year");
        }
        return Math.round(node.asDouble() * 1e6);
    }

    /** A value as it may stand in a message: short, on one line. */
    static String shown(JsonNode node) {
        String text = node.toString().replaceAll("\\p{Cntrl}", "?");
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
