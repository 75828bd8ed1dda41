package aifactory.reporting;

import aifactory.protocol.RunSummary;
import aifactory.workload.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The workload that a summary's provenance carries, member by member. A member that is absent or of another type, as in
 * the summary of another version, is null.
 */
public final class WorkloadFacts {
    private final RunSummary.Provenance provenance;
    private final Map<String, Object> members;

    public WorkloadFacts(RunSummary summary) {
        this.provenance = summary.provenance();
        this.members = provenance.specification();
    }

    public @Nullable String text(String member) {
        return members.get(member) instanceof String text ? text : null;
    }

    public @Nullable Double number(String member) {
        return members.get(member) instanceof Number number ? number.doubleValue() : null;
    }

    /** A number inside of a member that is an object. */
    public @Nullable Double number(String member, String inner) {
        return members.get(member) instanceof Map<?, ?> map && map.get(inner) instanceof Number number
                ? number.doubleValue()
                : null;
    }

    public boolean flag(String member) {
        return Boolean.TRUE.equals(members.get(member));
    }

    /** Whether a list has an element, or a number is there. */
    public boolean has(String member) {
        Object value = members.get(member);
        return value instanceof List<?> list ? !list.isEmpty() : value != null;
    }

    public @Nullable Duration duration(String member) {
        String text = text(member);
        try {
            return text == null ? null : DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The model that was asked for, else the one that the server named, else {@code "unknown"}. */
    public String model() {
        String asked = text("model");
        if (asked != null) {
            return asked;
        }
        return provenance.server().get("model") instanceof String told ? told : "unknown";
    }

    /** Whether requests followed a schedule instead of each other's ends. */
    public boolean isOpenLoop() {
        String pattern = text("arrival_pattern");
        return pattern != null && !pattern.equals("closed");
    }

    /** The per-request limits in milliseconds by metric, in alphabetical order; empty without limits. */
    public Map<String, Double> objectives() {
        Map<String, Double> objectives = new TreeMap<>();
        if (members.get("goodput") instanceof Map<?, ?> map) {
            map.forEach((metric, limit) -> {
                if (metric instanceof String name && limit instanceof Number number) {
                    objectives.put(name, number.doubleValue());
                }
            });
        }
        return objectives;
    }

    /** The load in a few words: {@code "chat, streaming, 50 req/s poisson, 256 → 128 tokens"}. */
    public String inWords() {
        List<String> words = new ArrayList<>();
        addIfPresent(words, text("endpoint"));
        if (flag("streaming")) {
            words.add("streaming");
        }
        words.add(load());
        Double input = number("input_length", "mean");
        Double output = number("output_length", "mean");
        if (input != null && output != null) {
            words.add(Figures.plain(input) + " → " + Figures.plain(output) + " tokens");
        }
        return String.join(", ", words);
    }

    private String load() {
        Double rate = number("request_rate");
        Double concurrency = number("concurrency");
        String pattern = text("arrival_pattern");
        if (rate != null) {
            String open = Figures.plain(rate) + " req/s " + (pattern == null ? "" : pattern);
            return concurrency == null
                    ? open.strip()
                    : open.strip() + ", at most " + Figures.plain(concurrency) + " in flight";
        }
        if (concurrency != null && !has("steps")) {
            return concurrency == 1 ? "1 request in flight" : Figures.plain(concurrency) + " requests in flight";
        }
        return has("steps") ? "load in steps" : pattern == null ? "load unknown" : pattern + " arrivals";
    }

    private static void addIfPresent(List<String> words, @Nullable String word) {
        if (word != null) {
            words.add(word);
        }
    }
}
