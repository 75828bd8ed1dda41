package aifactory.commandline.load;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.key.KeyType;
import aifactory.workload.key.WorkloadKeys;
import aifactory.workload.key.WorkloadOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * The options that describe a load, under the names that users of AIPerf and vLLM know: those of {@link WorkloadKeys}.
 * An option that is not given has no value, so that a file or the service can set it.
 */
@Command // without its own options; picocli wants an annotation
public final class LoadOptions {
    private final Map<WorkloadOption, Object> given = new HashMap<>();

    /** Called by picocli with the command that has these options. */
    @Spec(Spec.Target.MIXEE)
    void addTo(CommandSpec command) {
        WorkloadKeys.options().forEach(option -> command.addOption(specification(option)));
    }

    /**
     * The value of an option: Boolean, Long, Double, Duration, String or list of strings; null when it is not given.
     */
    @Nullable
    Object value(WorkloadOption option) {
        return given.get(option);
    }

    boolean has(String name) {
        return given.containsKey(WorkloadKeys.option(name));
    }

    /**
     * Takes that rate where neither a rate nor a concurrency is given, and that duration where the run has no other
     * end.
     */
    public void useUnlessGiven(double usualRequestRate, Duration usualDuration) {
        Object pattern = given.get(WorkloadKeys.option("--arrival-pattern"));
        boolean isTrace = isNamed(pattern, ArrivalPattern.TRACE);
        boolean hasRate = has("--request-rate") || has("--steps") || has("--ramp-up-end-rps") || isTrace;
        if (!hasRate && !has("--concurrency") && !isNamed(pattern, ArrivalPattern.CLOSED)) {
            given.put(WorkloadKeys.option("--request-rate"), usualRequestRate);
        }
        if (!has("--duration") && !has("--request-count") && !has("--steps") && !isTrace) {
            given.put(WorkloadKeys.option("--duration"), usualDuration);
        }
    }

    private static boolean isNamed(@Nullable Object value, ArrivalPattern pattern) {
        return pattern.name().toLowerCase(Locale.ROOT).equals(value);
    }

    private OptionSpec specification(WorkloadOption option) {
        Held held = new Held(option);
        OptionSpec.Builder builder = OptionSpec.builder(option.names().toArray(String[]::new))
                .description(option.help())
                .negatable(option.isNegatable())
                .getter(held)
                .setter(held);
        switch (option.type()) {
            case BOOLEAN -> builder.type(Boolean.class).arity("0");
            case LIST -> builder.type(List.class).auxiliaryTypes(String.class).arity("1");
            default -> builder.type(Object.class).arity("1").converters(new LoadOptionConverter(option));
        }
        if (!option.choices().isEmpty()) {
            builder.completionCandidates(option.choices());
        }
        if (option.type() != KeyType.BOOLEAN) {
            builder.paramLabel(option.label());
        }
        return builder.build();
    }

    /** Where picocli keeps the value of an option. */
    private final class Held implements IGetter, ISetter {
        private final WorkloadOption option;

        Held(WorkloadOption option) {
            this.option = option;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the signature is picocli's
        public <T> @Nullable T get() {
            return (T) given.get(option);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> @Nullable T set(@Nullable T value) {
            return (T) (value == null ? given.remove(option) : given.put(option, value));
        }
    }
}
