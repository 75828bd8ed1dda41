package aifactory.reporting;

import aifactory.protocol.JsonFormat;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.DurationText;
import aifactory.workload.FailurePolicy;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadSpecification;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The command that repeats a run, fit for a shell: every figure of its load as an option, or where options cannot say it, as with
 * steps, bursts and TLS, the file to put it into. Stateless.
 */
public final class RepeatCommand {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final List<String> words = new ArrayList<>(List.of("aifactory", "benchmark"));

    private RepeatCommand() {}

    /** The command. Values of headers, which may be secret, are left out. */
    public static String of(WorkloadSpecification load, List<String> targets, int clients) {
        if (!isSaidByOptions(load)) {
            return RepeatFile.commands(load, targets, clients);
        }
        RepeatCommand command = new RepeatCommand();
        targets.forEach(target -> command.option("--ai-server", target));
        command.option("--num-clients", Integer.toString(clients));
        command.addRequests(load);
        command.addArrivals(load);
        load.goodput().keySet().stream()
                .sorted()
                .map(metric -> metric + ":" + number(load.goodput().getOrDefault(metric, 0.0)))
                .reduce((one, other) -> one + " " + other)
                .ifPresent(limits -> command.option("--goodput", limits));
        command.option("--seed", Long.toString(load.seed()));
        command.option("--timeout", DurationText.format(load.timeout()));
        command.addFailures(load.failures());
        return String.join(" ", command.words);
    }

    private void addFailures(FailurePolicy failures) {
        if (!failures.backoff()) {
            words.add("--no-failure-backoff");
        }
        if (failures.maxErrors() != null) {
            option("--max-errors", Long.toString(failures.maxErrors()));
        }
        if (failures.maxErrorRate() != null) {
            option("--max-error-rate", number(failures.maxErrorRate()));
        }
    }

    private static boolean isSaidByOptions(WorkloadSpecification load) {
        return load.steps().isEmpty()
                && load.dataset() == null
                && load.sharedPrefix() == null
                && load.conversation() == null
                && load.template() == null
                && load.tokenizerFile() == null
                && load.thinkTime().isZero()
                && load.cooldown().isZero()
                && load.cancelShare() == 0
                && load.tls() == null
                && load.burstSize() == 1
                && load.concurrencyRampUp().isZero()
                && !load.samePrompts()
                && isSaidByOptions(load.inputLength())
                && isSaidByOptions(load.outputLength());
    }

    private static boolean isSaidByOptions(LengthDistribution length) {
        return length.equals(LengthDistribution.constant((int) length.mean()))
                || length.equals(LengthDistribution.normal(length.mean(), length.standardDeviation()));
    }

    private void addRequests(WorkloadSpecification load) {
        option("--endpoint", lower(load.endpoint()));
        words.add(load.streaming() ? "--streaming" : "--no-streaming");
        if (load.model() != null) {
            option("--model", load.model());
        }
        addLength("--isl", load.inputLength());
        addLength("--osl", load.outputLength());
        if (load.ignoreEos()) {
            words.add("--ignore-eos");
        }
        new TreeMap<>(load.headers()).keySet().forEach(name -> option("--header", name + ": VALUE"));
        if (!load.extraBody().isEmpty()) {
            option("--extra-body", JsonFormat.mapper().writeValueAsString(load.extraBody()));
        }
        if (load.apiKeyFile() != null) {
            option("--api-key-file", load.apiKeyFile());
        }
    }

    private void addLength(String name, LengthDistribution length) {
        option(name, number(length.mean()));
        if (length.standardDeviation() > 0) {
            option(name + "-stddev", number(length.standardDeviation()));
        }
    }

    private void addArrivals(WorkloadSpecification load) {
        if (load.arrivalPattern() != ArrivalPattern.CLOSED) {
            option("--arrival-pattern", lower(load.arrivalPattern()));
        }
        if (load.requestRate() != null) {
            option("--request-rate", number(load.requestRate()));
        }
        if (load.burstiness() != 1) {
            option("--burstiness", number(load.burstiness()));
        }
        if (load.concurrency() != null) {
            option("--concurrency", Integer.toString(load.concurrency()));
        }
        if (load.requestCount() != null) {
            option("--request-count", Long.toString(load.requestCount()));
        }
        addDuration("--duration", load.duration() == null ? Duration.ZERO : load.duration());
        addDuration("--warmup", load.warmup());
    }

    private void addDuration(String name, Duration duration) {
        if (!duration.isZero()) {
            option(name, DurationText.format(duration));
        }
    }

    private void option(String name, String value) {
        words.add(name);
        words.add(PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'");
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
