package aifactory.workload.key;

import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One key of a workload, as users write it in a benchmark file, in the body of a run request and, with its options, on
 * the command line. Declared in {@link WorkloadKeys} only, and not changed afterwards.
 *
 * @param <T> type of the value in a {@link WorkloadSpecification}
 */
public final class WorkloadKey<T> {
    private final String name;
    private final KeyType type;
    private final String description;
    private final List<String> choices;
    private final List<WorkloadOption> options = new ArrayList<>();
    private Function<WorkloadSpecification, @Nullable T> reader = workload -> null;
    private @Nullable Bounds bounds;
    private String unit = "";
    private @Nullable T defaultValue;
    private @Nullable Object defaultJson;
    private boolean isRequired;
    private String shorthandMember = "";
    private String pattern = "";

    WorkloadKey(String name, KeyType type, String description, List<String> choices) {
        this.name = name;
        this.type = type;
        this.description = description;
        this.choices = choices;
    }

    /** The path of the key in a workload, for instance {@code isl.mean} or, in a list, {@code steps[].duration}. */
    public String name() {
        return name;
    }

    /** The type of its value, or of the short form where the key is a mapping that has one. */
    public KeyType type() {
        return type;
    }

    public String description() {
        return description;
    }

    /** The allowed names of a {@link KeyType#CHOICE}. */
    public List<String> choices() {
        return choices;
    }

    /** The range of the value; null for any. */
    public @Nullable Bounds bounds() {
        return bounds;
    }

    /**
     * The unit of the value as error messages name it, for instance {@code requests per second}; empty where none is
     * declared.
     */
    public String unit() {
        return unit;
    }

    /**
     * The value where none is given, as it is written in JSON; null where there is none or it depends on other keys.
     */
    public @Nullable Object defaultJson() {
        return defaultJson;
    }

    /** The default, for keys that have one. */
    public T defaultValue() {
        return Objects.requireNonNull(defaultValue, name);
    }

    /** Whether the mapping that contains the key has to have it. */
    public boolean isRequired() {
        return isRequired;
    }

    /**
     * The member that the short form of a mapping stands for: {@code isl: 256} is {@code isl: {mean: 256}}. Empty for
     * none.
     */
    public String shorthandMember() {
        return shorthandMember;
    }

    /** The regular expression that a text has to match; empty for none. */
    public String pattern() {
        return pattern;
    }

    public List<WorkloadOption> options() {
        return Collections.unmodifiableList(options);
    }

    /** The problem with this key in a workload; null for none. */
    public @Nullable WorkloadProblem problemIn(WorkloadSpecification workload) {
        T value = reader.apply(workload);
        if (value == null || bounds == null || bounds.contains(value)) {
            return null;
        }
        int dot = name.indexOf('.');
        String member = dot < 0 ? "" : name.substring(dot + 1) + " ";
        String text = value instanceof Duration duration ? duration.toMillis() / 1e3 + " s" : value.toString();
        return new WorkloadProblem(
                dot < 0 ? name : name.substring(0, dot), member + text + ": give " + unit + " " + bounds.text());
    }

    // What follows declares a key.

    WorkloadKey<T> within(Bounds range) {
        bounds = range;
        return this;
    }

    /** @param value of a workload, null where it has none; checked against the bounds */
    WorkloadKey<T> checked(Function<WorkloadSpecification, @Nullable T> value, String unitName) {
        reader = value;
        unit = unitName;
        return this;
    }

    WorkloadKey<T> byDefault(T value) {
        return byDefault(
                value, value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : (Object) value);
    }

    WorkloadKey<T> byDefault(T value, Object json) {
        defaultValue = value;
        defaultJson = json;
        return this;
    }

    WorkloadKey<T> required() {
        isRequired = true;
        return this;
    }

    WorkloadKey<T> shortFor(String member) {
        shorthandMember = member;
        return this;
    }

    WorkloadKey<T> matching(String expression) {
        pattern = expression;
        return this;
    }

    /** An option whose value is the value of the key. */
    WorkloadKey<T> option(String label, String... names) {
        return add(label, true, type, bounds, description, names);
    }

    /** An option that sets the key by another form. */
    WorkloadKey<T> optionOf(KeyType form, @Nullable Bounds range, String label, String text, String... names) {
        return add(label, false, form, range, text, names);
    }

    private WorkloadKey<T> add(
            String label, boolean isDirect, KeyType form, @Nullable Bounds range, String text, String... names) {
        List<String> offered = isDirect ? choices : List.of();
        options.add(new WorkloadOption(
                this, isDirect, List.copyOf(Arrays.asList(names)), label, form, range, offered, Map.of(), text, false));
        return this;
    }

    /** Changes the option that was declared last. */
    WorkloadKey<T> which(UnaryOperator<WorkloadOption> change) {
        options.addLast(change.apply(options.removeLast()));
        return this;
    }
}
