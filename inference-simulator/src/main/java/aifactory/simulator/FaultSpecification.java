package aifactory.simulator;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One fault and the requests that it happens to.
 *
 * <p>Written {@code KIND[:VALUE][,KEY=VALUE]…}; the value without a key is that of the kind's first parameter. Every
 * kind but {@code server-stall} also takes {@code probability=P} (of every request), {@code every=N} (the N-th, the
 * 2N-th, …) and {@code first=N} (none after the first N requests):
 *
 * <pre>
 * status:429,every=10            stall:2s,token=5,probability=0.01
 * reset:token=20,first=1         server-stall:at=3s,for=2s
 * </pre>
 *
 * @param kind what happens
 * @param numbers its parameters, durations in nanoseconds; defaults are filled in
 * @param type the media type of {@link FaultKind#CONTENT_TYPE}, otherwise empty
 * @param probability 1 for every request that {@code every} and {@code first} leave
 * @param every 1 for each request
 * @param first how many requests it can happen to
 */
public record FaultSpecification(
        FaultKind kind, Map<FaultParameter, Long> numbers, String type, double probability, long every, long first) {

    public FaultSpecification {
        numbers = Map.copyOf(numbers);
    }

    /**
     * Reads a fault.
     *
     * @throws IllegalArgumentException one line that names the text, what is wrong with it and what it may be
     */
    public static FaultSpecification parse(String text) {
        try {
            return new Parser(text).parse();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--fault '" + text + "': " + e.getMessage(), e);
        }
    }

    /** A parameter's value; durations in nanoseconds. Only for parameters that are required or have a default. */
    public long number(FaultParameter parameter) {
        Long value = numbers.get(parameter);
        if (value == null) {
            throw new IllegalArgumentException(kind.text() + " has no " + parameter.key());
        }
        return value;
    }

    /** A parameter's value, or another one where it was not given. */
    public long number(FaultParameter parameter, long otherwise) {
        return numbers.getOrDefault(parameter, otherwise);
    }

    private static final class Parser {
        private final String text;
        private final Map<FaultParameter, Long> numbers = new EnumMap<>(FaultParameter.class);
        private String type = "";
        private double probability = 1;
        private long every = 1;
        private long first = Long.MAX_VALUE;

        Parser(String text) {
            this.text = text.strip();
        }

        FaultSpecification parse() {
            int colon = text.indexOf(':');
            FaultKind kind = kind(colon < 0 ? text : text.substring(0, colon));
            if (colon >= 0) {
                String[] parts = text.substring(colon + 1).split(",", -1);
                for (int i = 0; i < parts.length; i++) {
                    read(kind, parts[i].strip(), i == 0);
                }
            }
            List<String> missing = kind.missing(numbers);
            if (!missing.isEmpty()) {
                throw new IllegalArgumentException(kind.text() + " needs "
                        + missing.stream().map(key -> key + "=…").collect(Collectors.joining(", ")));
            }
            kind.complete(numbers);
            if (numbers.getOrDefault(FaultParameter.PERIOD, Long.MAX_VALUE)
                    <= numbers.getOrDefault(FaultParameter.FOR, 0L)) {
                throw new IllegalArgumentException("period must be longer than for, or the server never resumes");
            }
            if (kind == FaultKind.CONTENT_TYPE && type.isEmpty()) {
                type = "text/plain";
            }
            return new FaultSpecification(kind, numbers, type, probability, every, first);
        }

        private static FaultKind kind(String name) {
            for (FaultKind kind : FaultKind.values()) {
                if (kind.text().equals(name)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("there is no fault '" + name + "'; there are "
                    + Stream.of(FaultKind.values()).map(FaultKind::text).collect(Collectors.joining(", ")));
        }

        private void read(FaultKind kind, String part, boolean isFirstPart) {
            int equals = part.indexOf('=');
            if (equals < 0 && !(isFirstPart && !kind.parameters().isEmpty())) {
                throw new IllegalArgumentException("'" + part + "' is not KEY=VALUE; keys are " + keys(kind));
            }
            String key = equals < 0 ? kind.parameters().getFirst().key() : part.substring(0, equals);
            String value = part.substring(equals + 1);
            for (FaultParameter parameter : kind.parameters()) {
                if (parameter.key().equals(key)) {
                    readParameter(parameter, value);
                    return;
                }
            }
            if (!kind.isSelective() || !readSelection(key, value)) {
                throw new IllegalArgumentException(kind.text() + " has no '" + key + "'; keys are " + keys(kind));
            }
        }

        private void readParameter(FaultParameter parameter, String value) {
            if (!parameter.isText()) {
                numbers.put(parameter, parameter.number(value));
            } else if (value.chars().allMatch(c -> c > ' ' && c < 127) && !value.isEmpty()) {
                type = value;
            } else {
                throw new IllegalArgumentException(parameter.key() + "='" + value + "' is not a media type");
            }
        }

        private boolean readSelection(String key, String value) {
            switch (key) {
                case "probability" -> probability = probability(value);
                case "every" -> every = positive(key, value);
                case "first" -> first = positive(key, value);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static double probability(String value) {
            double number;
            try {
                number = Double.parseDouble(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("probability=" + value + " is not a number", e);
            }
            if (!(number > 0 && number <= 1)) {
                throw new IllegalArgumentException("probability=" + value + " is not above 0 and at most 1");
            }
            return number;
        }

        private static long positive(String key, String value) {
            try {
                long number = Long.parseLong(value);
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(key + "=" + value + " is not a whole number", e);
            }
            throw new IllegalArgumentException(key + "=" + value + " is not at least 1");
        }

        private static String keys(FaultKind kind) {
            Stream<String> own = kind.parameters().stream().map(FaultParameter::key);
            Stream<String> common = kind.isSelective() ? Stream.of("probability", "every", "first") : Stream.empty();
            return Stream.concat(own, common).collect(Collectors.joining(", "));
        }
    }
}
