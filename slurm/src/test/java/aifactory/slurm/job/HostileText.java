package aifactory.slurm.job;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Texts that mean something to shells, to {@code sbatch} or to {@code printf}, and random mixtures of them. */
final class HostileText {
    private static final List<String> PIECES = List.of(
            "'",
            "\"",
            "`",
            "$",
            "$(",
            ")",
            "${HOME}",
            "$(touch /tmp/aifactory-pwned)",
            "`id`",
            "\\",
            "\\\\",
            "\\n",
            "#",
            " #",
            "# ",
            " ",
            "  ",
            ";",
            "&",
            "&&",
            "|",
            "||",
            "<",
            ">",
            "<<EOF",
            "*",
            "?",
            "[",
            "]",
            "{",
            "}",
            "{benchmark_id}",
            "{{x}}",
            "~",
            "!",
            "!!",
            "^",
            "%",
            "%j",
            "%%",
            "=",
            "--",
            "-n",
            "--nodes=99",
            "é",
            "日本",
            "😀",
            "a",
            "Z",
            "0",
            ".",
            "/",
            ":",
            ",",
            "@",
            "+",
            "_",
            "EOF",
            "\u00a0",
            "\u2028",
            "'\\''",
            "\"'\"",
            "$'x'",
            "$\"x\"");

    private final RandomGenerator random;

    private HostileText(RandomGenerator random) {
        this.random = random;
    }

    /** Prints the seed, so that a failure can be repeated. */
    static HostileText seeded(String test) {
        long seed = Long.getLong("aifactory.seed", 20_261_124L);
        System.out.println(test + ": -Daifactory.seed=" + seed);
        return new HostileText(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    }

    /** At least one character. */
    String next() {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    RandomGenerator random() {
        return random;
    }
}
