package aifactory.servermetrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One response in the Prometheus text format (also OpenMetrics): the samples of those metrics that are of interest.
 * Never fails: a line that is not a sample is ignored, and so is every sample beyond {@link #MAXIMUM_SAMPLES}.
 * Immutable.
 */
public final class Exposition {
    /** Samples of interest that are kept; a server with more has a label for each request or user. */
    public static final int MAXIMUM_SAMPLES = 20_000;

    private static final int MAXIMUM_LABELS = 64;

    private final Map<String, List<Sample>> samples;
    private final boolean truncated;

    /**
     * A sample of a metric.
     *
     * @param value finite or positive infinity, never negative
     */
    public record Sample(Map<String, String> labels, double value) {}

    private Exposition(Map<String, List<Sample>> samples, boolean truncated) {
        this.samples = samples;
        this.truncated = truncated;
    }

    /**
     * Parses a response.
     *
     * @param isOfInterest by the name of the sample, for instance {@code vllm:e2e_request_latency_seconds_bucket}
     */
    public static Exposition parse(String text, Predicate<String> isOfInterest) {
        Map<String, List<Sample>> samples = new HashMap<>();
        int kept = 0;
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            int nameEnd = nameEnd(text, start, end);
            if (nameEnd > start && text.charAt(start) != '#') {
                String name = text.substring(start, nameEnd);
                if (isOfInterest.test(name)) {
                    if (kept == MAXIMUM_SAMPLES) {
                        return new Exposition(samples, true);
                    }
                    Sample sample = SampleLine.parse(text, nameEnd, end, MAXIMUM_LABELS);
                    if (sample != null) {
                        samples.computeIfAbsent(name, _ -> new ArrayList<>()).add(sample);
                        kept++;
                    }
                }
            }
            start = end + 1;
        }
        return new Exposition(samples, false);
    }

    private static int nameEnd(String text, int start, int end) {
        int at = start;
        while (at < end && text.charAt(at) != '{' && text.charAt(at) > ' ') {
            at++;
        }
        return at;
    }

    /** The samples of a metric in the order of the response; empty if there are none. */
    public List<Sample> samples(String name) {
        return Collections.unmodifiableList(samples.getOrDefault(name, List.of()));
    }

    /** Whether samples of interest were dropped. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Parses what follows the name of a sample: labels, value and possibly a timestamp or an exemplar. */
    private static final class SampleLine {
        private final String text;
        private final int end;
        private int at;

        private SampleLine(String text, int start, int end) {
            this.text = text;
            this.at = start;
            this.end = end;
        }

        static @Nullable Sample parse(String text, int start, int end, int maximumLabels) {
            SampleLine line = new SampleLine(text, start, end);
            Map<String, String> labels = new LinkedHashMap<>();
            if (line.at < end && text.charAt(line.at) == '{' && !line.readLabels(labels, maximumLabels)) {
                return null;
            }
            String value = line.word();
            try {
                double number = switch (value) {
                    case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
                    default -> Double.parseDouble(value);
                };
                return number >= 0 ? new Sample(labels, number) : null;
            } catch (NumberFormatException e) {
                return null;
            }
        }

        private boolean readLabels(Map<String, String> labels, int maximumLabels) {
            at++;
            while (at < end) {
                skip(" ,\t");
                if (at < end && text.charAt(at) == '}') {
                    at++;
                    return true;
                }
                int equals = text.indexOf('=', at);
                if (equals < 0 || equals + 1 >= end || text.charAt(equals + 1) != '"') {
                    return false;
                }
                String name = text.substring(at, equals).strip();
                at = equals + 2;
                String value = quoted();
                if (value == null) {
                    return false;
                }
                if (labels.size() < maximumLabels) {
                    labels.put(name, value);
                }
            }
            return false;
        }

        /** The rest of a quoted text, without its quotation marks; null if it does not end on this line. */
        private @Nullable String quoted() {
            StringBuilder value = new StringBuilder();
            while (at < end) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return value.toString();
                }
                if (c == '\\' && at < end) {
                    char escaped = text.charAt(at++);
                    value.append(escaped == 'n' ? '\n' : escaped);
                } else {
                    value.append(c);
                }
            }
            return null;
        }

        private void skip(String characters) {
            while (at < end && characters.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private String word() {
            skip(" \t");
            int from = at;
            while (at < end && text.charAt(at) > ' ') {
                at++;
            }
            return text.substring(from, at);
        }
    }
}
