package aifactory.commandline.history;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which runs of the history to take; null and empty for all.
 *
 * @param name with {@code *} for any characters
 * @param model part of the model's name
 * @param verdict in any case
 * @param since the earliest start
 */
public record HistoryQuery(
        @Nullable String name,
        Map<String, String> tags,
        @Nullable String model,
        @Nullable String verdict,
        @Nullable Instant since) {
    private static final List<String> ORDERS = List.of("time", "name", "verdict", "model");

    public HistoryQuery {
        tags = Map.copyOf(tags);
    }

    /** Those of the entries that match, in their order. */
    public List<HistoryEntry> select(List<HistoryEntry> entries) {
        Pattern pattern = name == null ? null : glob(name);
        return entries.stream()
                .filter(entry ->
                        pattern == null || pattern.matcher(entry.title()).matches())
                .filter(entry -> entry.label().tags().entrySet().containsAll(tags.entrySet()))
                .filter(entry -> model == null || containsIgnoringCase(entry.model(), model))
                .filter(entry -> verdict == null || entry.verdict().equalsIgnoreCase(verdict))
                .filter(entry -> since == null || entry.startedAt().compareTo(since.toString()) >= 0)
                .toList();
    }

    private static boolean containsIgnoringCase(String text, String part) {
        return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private static Pattern glob(String text) {
        StringBuilder pattern = new StringBuilder();
        for (String part : text.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    }

    /**
     * The entries in an order: {@code time} (the newest first), {@code name}, {@code verdict}, {@code model}, or a
     * value such as {@code ttft_ms.p99} (the smallest first; runs without it last).
     */
    public static List<HistoryEntry> sorted(List<HistoryEntry> entries, String order) {
        Comparator<HistoryEntry> comparator = switch (order) {
            case "time" -> Comparator.comparing(HistoryEntry::startedAt).reversed();
            case "name" -> Comparator.comparing(HistoryEntry::title, String.CASE_INSENSITIVE_ORDER);
            case "verdict" -> Comparator.comparing(HistoryEntry::verdict);
            case "model" -> Comparator.comparing(HistoryEntry::model, String.CASE_INSENSITIVE_ORDER);
            // NaN is larger than any number.
            default -> Comparator.comparingDouble(entry -> entry.value(requireValue(entries, order)));
        };
        return entries.stream().sorted(comparator).toList();
    }

    /** Refuses a value that no run has, naming the nearest. */
    public static String requireValue(List<HistoryEntry> entries, String value) {
        if (entries.isEmpty()
                || entries.stream().anyMatch(entry -> entry.values().containsKey(value))) {
            return value;
        }
        TreeSet<String> known = new TreeSet<>(ORDERS);
        entries.forEach(entry -> known.addAll(entry.values().keySet()));
        throw CommandFailure.wrongInput("no run has a value '" + value + "': "
                + NearestName.of(value, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("known are " + String.join(", ", known)));
    }
}
