package aifactory.commandline.help;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The headings of a help text in the order in which they are printed, and the options below each. An option that is
 * listed below none is the command's own and is printed first.
 */
enum OptionHeading {
    OPTIONS("Options", List.of(), List.of()),
    AI_SERVER(
            "AI server",
            List.of("--ai-server", "--model", "--endpoint", "--streaming", "--api-key-file"),
            List.of(
                    "--header",
                    "--extra-body",
                    "--tls-ca-file",
                    "--tls-client-certificate",
                    "--tls-client-key",
                    "--tls-insecure",
                    "--timeout",
                    "--api-key-env",
                    "--api-key-command",
                    "--api-key-header",
                    "--api-key-scheme",
                    "--path",
                    "--proxy",
                    "--connection-reuse",
                    "--connection-lifetime",
                    "--connections-per-server",
                    "--max-tokens-name")),
    LOAD(
            "Load",
            List.of("--request-rate", "--concurrency", "--duration", "--request-count", "--warmup"),
            List.of(
                    "--arrival-pattern",
                    "--burstiness",
                    "--burst-size",
                    "--steps",
                    "--ramp-up",
                    "--ramp-up-strategy",
                    "--ramp-up-start-rps",
                    "--ramp-up-end-rps",
                    "--cooldown",
                    "--think-time",
                    "--cancel-share",
                    "--failure-backoff",
                    "--max-errors",
                    "--max-error-rate",
                    "--per-client",
                    "--seed")),
    REQUESTS(
            "Requests",
            List.of("--isl", "--osl", "--dataset", "--ignore-eos", "--tokenizer"),
            List.of(
                    "--isl-stddev",
                    "--isl-distribution",
                    "--isl-min",
                    "--isl-max",
                    "--osl-stddev",
                    "--osl-distribution",
                    "--osl-min",
                    "--osl-max",
                    "--random-range-ratio",
                    "--dataset-format",
                    "--dataset-column",
                    "--max-bad-entries",
                    "--fixed-schedule",
                    "--trace-block-tokens",
                    "--trace-repeat",
                    "--trace-scale",
                    "--trace-speedup",
                    "--trace-time-unit",
                    "--trace-window",
                    "--prefix-hit-rate",
                    "--prefix-tokens",
                    "--prefix-count",
                    "--turns",
                    "--turns-stddev",
                    "--turn-think-time",
                    "--session-turn-delay-mean",
                    "--session-turn-delay-stddev",
                    "--multi-turn",
                    "--same-prompts",
                    "--documents",
                    "--tools",
                    "--images",
                    "--image-width",
                    "--image-height",
                    "--audio-clips",
                    "--audio-length")),
    CLIENTS(
            "Client processes",
            List.of("--num-clients", "--dispatcher", "--time-limit", "--profile"),
            List.of("--partition", "--qos", "--account", "--container", "--gpu-enabled", "--template")),
    RESULT(
            "Result",
            List.of("--output", "--goodput", "--max-failed", "--name", "--tag", "--note", "--json"),
            List.of()),
    SERVICE("Client Service", List.of(), List.of("--service", "--token-file", "--service-certificate"));

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of and Set.copyOf, which are immutable
    private final Set<String> common;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of and Set.copyOf, which are immutable
    private final Set<String> names;

    OptionHeading(String title, List<String> common, List<String> others) {
        this.title = title;
        this.common = Set.copyOf(common);
        this.names = Stream.concat(common.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    String title() {
        return title;
    }

    /** The heading of an option. */
    static OptionHeading of(OptionSpec option) {
        return Arrays.stream(values())
                .filter(heading -> Arrays.stream(option.names()).anyMatch(heading.names::contains))
                .findFirst()
                .orElse(OPTIONS);
    }

    /** Whether the option is also in the short help of a command with many options. */
    static boolean isCommon(OptionSpec option) {
        OptionHeading heading = of(option);
        return heading == OPTIONS || Arrays.stream(option.names()).anyMatch(heading.common::contains);
    }
}
