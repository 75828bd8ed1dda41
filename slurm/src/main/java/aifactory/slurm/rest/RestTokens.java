package aifactory.slurm.rest;

import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandRunner;
import aifactory.slurm.command.SlurmCommands;
import aifactory.slurm.command.SlurmEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token by which slurmrestd knows this user: read from a file of mode 0600 or given (from {@code SLURM_JWT}), and
 * renewed by {@code scontrol token} when half its life is over, where the site lets its users do that. It is never part
 * of a command line, a message or a log. Thread-safe.
 */
public final class RestTokens {
    /** Slurm's default. */
    private static final Duration LIFESPAN = Duration.ofMinutes(30);

    private static final Duration RENEWAL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_FAILED_RENEWALS = Duration.ofMinutes(1);
    private static final int OUTPUT_LIMIT_BYTES = 64 << 10;
    private static final Logger LOG = LoggerFactory.getLogger(RestTokens.class);

    private final CommandRunner runner;
    private final SlurmEnvironment environment;
    private final SlurmClock clock;
    private final @Nullable Path file;
    private @Nullable Held held;
    private Instant noRenewalBefore = Instant.MIN;
    private String whyNotRenewed = "";

    private record Held(String token, @Nullable TokenClaims claims, Instant firstSeen) {
        boolean isPastHalfLife(Instant now) {
            return claims != null && !now.isBefore(claims.halfLife(firstSeen));
        }

        boolean isExpired(Instant now) {
            return claims != null && !now.isBefore(claims.expiresAt());
        }
    }

    /**
     * @param given a token to begin with, null for none
     * @param file a file with a token, read at first use and again whenever a new token is needed; null for none
     * @param runner runs {@code scontrol token}
     */
    public RestTokens(
            @Nullable String given,
            @Nullable Path file,
            CommandRunner runner,
            SlurmEnvironment environment,
            SlurmClock clock) {
        this.file = file;
        this.runner = runner;
        this.environment = environment;
        this.clock = clock;
        if (given != null) {
            held = TokenText.clean(given).map(this::hold).orElse(null);
        }
    }

    private Held hold(String token) {
        return new Held(token, TokenClaims.read(token).orElse(null), clock.now());
    }

    /**
     * A token that was still good a moment ago.
     *
     * @throws SlurmUnavailableException of cause AUTHENTICATION if no token is available, with the remedy
     */
    public synchronized String current() throws SlurmUnavailableException, InterruptedException {
        Held token = held;
        if (token == null && file != null) {
            token = hold(TokenFile.read(file));
            held = token;
        }
        Instant now = clock.now();
        if (token == null || token.isPastHalfLife(now)) {
            Held newer = newer(now);
            token = newer == null ? token : newer;
            held = token;
        }
        if (token == null) {
            throw new SlurmUnavailableException(
                    Cause.AUTHENTICATION,
                    "there is no token for slurmrestd: " + whyNotRenewed
                            + "; set SLURM_JWT, or name a file of mode 0600 that holds one");
        }
        if (token.isExpired(now)) {
            throw new SlurmUnavailableException(
                    Cause.AUTHENTICATION,
                    "the token for slurmrestd has expired and could not be renewed: " + whyNotRenewed
                            + "; put a new one into "
                            + (file == null ? "SLURM_JWT and start again" : file.toString()));
        }
        return token.token();
    }

    /** Lets go of a token that slurmrestd did not take, so that the next call looks for another. */
    public synchronized void reject(String token) {
        if (held != null && held.token().equals(token)) {
            held = null;
        }
    }

    private @Nullable Held newer(Instant now) throws InterruptedException {
        Held fromFile = fromFile(now);
        if (fromFile != null) {
            return fromFile;
        }
        if (now.isBefore(noRenewalBefore)) {
            return null;
        }
        Optional<String> renewed = renew();
        if (renewed.isEmpty()) {
            noRenewalBefore = now.plus(BETWEEN_FAILED_RENEWALS);
            LOG.warn("The token for slurmrestd was not renewed: {}", whyNotRenewed);
            return null;
        }
        return hold(renewed.get());
    }

    /** Another program may keep the file up to date. */
    private @Nullable Held fromFile(Instant now) {
        if (file == null) {
            return null;
        }
        try {
            Held token = hold(TokenFile.read(file));
            return token.isPastHalfLife(now) ? null : token;
        } catch (SlurmUnavailableException e) {
            whyNotRenewed = String.valueOf(e.getMessage());
            return null;
        }
    }

    private Optional<String> renew() throws InterruptedException {
        Command command = new Command(
                SlurmCommands.token(LIFESPAN.toSeconds()),
                "",
                environment.ofQueries(),
                RENEWAL_TIMEOUT,
                OUTPUT_LIMIT_BYTES);
        CommandOutcome outcome = runner.run(command);
        // What was printed may be a token: words are taken from standard error alone.
        Optional<String> token = Optional.empty();
        switch (outcome) {
            case CommandOutcome.Exited(int code, String output, String error) -> {
                token = code == 0 ? TokenText.clean(lastLine(output)) : Optional.empty();
                whyNotRenewed = code == 0
                        ? "scontrol token printed no token"
                        : "scontrol token ended with exit code " + code + ": " + error.strip();
            }
            case CommandOutcome.TimedOut timedOut ->
                whyNotRenewed = "scontrol token did not answer within " + RENEWAL_TIMEOUT.toSeconds() + " s";
            case CommandOutcome.OutputTooLarge tooLarge -> whyNotRenewed = "scontrol token printed no token";
            case CommandOutcome.NotStarted(String words) -> whyNotRenewed = words;
        }
        return token;
    }

    private static String lastLine(String output) {
        return output.lines().filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
    }

    @Override
    public String toString() {
        return "RestTokens";
    }
}
