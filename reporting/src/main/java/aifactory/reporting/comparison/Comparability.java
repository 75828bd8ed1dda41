package aifactory.reporting.comparison;

import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.WorkloadFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether the runs of a comparison measure the same thing, so that a difference between them says something. Stateless.
 */
final class Comparability {
    /** By how much the mean output length may differ: it is in every latency to the end. */
    private static final double LARGEST_LENGTH_DIFFERENCE = 0.1;

    private static final List<String> LENGTHS = List.of("input_length", "output_length", "dataset", "conversation");

    private Comparability() {}

    /** Why the runs cannot be compared, each with what differs; empty where they can. */
    static List<String> reasons(List<ComparedRun> before, List<ComparedRun> after) {
        List<ComparedRun> runs = Stream.concat(before.stream(), after.stream()).toList();
        List<String> reasons = new ArrayList<>();
        for (ComparedRun run : runs) {
            if (!run.summary().valid()) {
                reasons.add(run.name() + " is not valid");
            }
        }
        different(runs, "the load differs", Comparability::loop, Object::equals, reasons);
        different(runs, "the endpoints differ", Comparability::endpoint, Object::equals, reasons);
        different(runs, "the models differ", run -> facts(run).model(), Comparability::sameModel, reasons);
        different(runs, "the requested lengths differ", Comparability::lengths, Object::equals, reasons);
        different(
                runs, "the measured output lengths differ", Comparability::outputLength, Comparability::near, reasons);
        return reasons;
    }

    private static WorkloadFacts facts(ComparedRun run) {
        return new WorkloadFacts(run.summary());
    }

    private static <T> void different(
            List<ComparedRun> runs,
            String what,
            Function<ComparedRun, T> property,
            BiPredicate<T, T> same,
            List<String> reasons) {
        ComparedRun first = runs.getFirst();
        T expected = property.apply(first);
        Map<String, String> others = new LinkedHashMap<>();
        for (ComparedRun run : runs) {
            T found = property.apply(run);
            if (!same.test(expected, found)) {
                others.putIfAbsent(words(found), run.name());
            }
        }
        if (!others.isEmpty()) {
            Map.Entry<String, String> other = others.entrySet().iterator().next();
            reasons.add(what + ": " + first.name() + " has " + words(expected) + ", " + other.getValue() + " has "
                    + other.getKey());
        }
    }

    private static String words(Object value) {
        return value instanceof Double number
                ? Figures.of(number.doubleValue()) + " tokens per request"
                : value.toString();
    }

    private static String loop(ComparedRun run) {
        return facts(run).isOpenLoop() ? "an open loop" : "a closed loop";
    }

    private static String endpoint(ComparedRun run) {
        WorkloadFacts facts = facts(run);
        return Objects.requireNonNullElse(facts.text("endpoint"), "chat")
                + (facts.flag("streaming") ? ", streaming" : "");
    }

    private static boolean sameModel(String one, String other) {
        return one.equals(other) || one.equals("unknown") || other.equals("unknown");
    }

    /** As the specification has them. A dataset is the same under another path. */
    private static String lengths(ComparedRun run) {
        Map<String, Object> members = run.summary().provenance().specification();
        List<String> words = new ArrayList<>();
        for (String name : LENGTHS) {
            Object value = members.get(name);
            if (value instanceof Map<?, ?> map && name.equals("dataset")) {
                Object checksum = map.get("sha256");
                words.add("dataset " + (checksum == null ? map.get("path") : checksum));
            } else if (value != null) {
                words.add(name.replace('_', ' ') + " " + text(value));
            }
        }
        return String.join(", ", words);
    }

    private static String text(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value.toString();
        }
        List<String> parts = new ArrayList<>();
        map.forEach((key, part) -> {
            if (part != null && !isZero(part)) {
                parts.add(key + " " + (part instanceof Number number ? Figures.plain(number.doubleValue()) : part));
            }
        });
        return "(" + String.join(" ", parts) + ")";
    }

    private static boolean isZero(Object value) {
        return value instanceof Number number && number.doubleValue() == 0;
    }

    /** Mean output tokens per completed request; 0 without any. */
    private static double outputLength(ComparedRun run) {
        RunSummary summary = run.summary();
        long completed = summary.requests().completed();
        return completed == 0 ? 0 : (double) summary.tokens().output() / completed;
    }

    private static boolean near(double one, double other) {
        return one == 0 || other == 0 || Math.abs(other / one - 1) <= LARGEST_LENGTH_DIFFERENCE;
    }
}
