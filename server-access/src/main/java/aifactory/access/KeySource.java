package aifactory.access;

import aifactory.workload.ServerAccess;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.dialect.Dialect;
import aifactory.workload.dialect.Dialects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the key of a workload comes from, and which header carries it: a file, an environment variable of this
 * process, or a command that this process runs. Thread-safe; {@link #read} may block.
 */
public final class KeySource {
    private static final int LONGEST_KEY = 16_384;
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(60);
    private static final String AUTHORIZATION = "authorization";

    private final @Nullable String file;
    private final ServerAccess access;
    /** Of the API, unless another is asked for. */
    private final String usualHeader;

    private final Map<String, String> environment;
    private final InstantSource clock;

    private KeySource(
            @Nullable String file,
            ServerAccess access,
            String usualHeader,
            Map<String, String> environment,
            InstantSource clock) {
        this.file = file;
        this.access = access;
        this.usualHeader = usualHeader;
        this.environment = environment;
        this.clock = clock;
    }

    /** Empty where the workload has no key, or has it among its headers. */
    public static Optional<KeySource> of(WorkloadSpecification specification) {
        return of(specification, System.getenv(), InstantSource.system());
    }

    /**
     * With another environment and another clock.
     *
     * @param clock for keys that say how long they are valid
     */
    public static Optional<KeySource> of(
            WorkloadSpecification specification, Map<String, String> environment, InstantSource clock) {
        Dialect dialect = Dialects.of(specification.endpoint());
        String ofDialect = dialect == null ? null : dialect.keyHeader();
        return of(
                specification.apiKeyFile(),
                specification.access(),
                ofDialect == null ? AUTHORIZATION : ofDialect,
                environment,
                clock);
    }

    static Optional<KeySource> of(
            @Nullable String file,
            ServerAccess access,
            String usualHeader,
            Map<String, String> environment,
            InstantSource clock) {
        boolean hasKey = file != null || access.apiKeyEnv() != null || access.apiKeyCommand() != null;
        return hasKey ? Optional.of(new KeySource(file, access, usualHeader, environment, clock)) : Optional.empty();
    }

    /** Name of the header that carries the key, in lower case. */
    public String header() {
        String header = access.apiKeyHeader();
        return header == null ? usualHeader : header.toLowerCase(Locale.ROOT);
    }

    /** Whether reading it again may give another key. */
    public boolean isRenewable() {
        return file != null || access.apiKeyCommand() != null;
    }

    /** The workload's key that names the source, for messages. */
    public String name() {
        return file != null ? "api_key_file" : access.apiKeyEnv() != null ? "api_key_env" : "api_key_command";
    }

    /** What users gave, for remedies. */
    String given() {
        return switch (name()) {
            case "api_key_file" -> "the file given with --api-key-file (api_key_file)";
            case "api_key_env" -> "the variable given with --api-key-env (api_key_env)";
            default -> "the command given with --api-key-command (api_key_command)";
        };
    }

    /**
     * Reads the key; a command is run for it.
     *
     * @throws IllegalArgumentException when there is none; the message names the source and the remedy, and not the key
     */
    public RequestKey read() throws InterruptedException {
        String command = access.apiKeyCommand();
        if (file != null) {
            return key("api_key_file " + file, ofFile(Path.of(file)));
        }
        if (command != null) {
            return key("the output of api_key_command", KeyCommand.run(command, LONGEST_COMMAND));
        }
        String variable = Objects.requireNonNull(access.apiKeyEnv());
        String value = environment.get(variable);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("api_key_env: the variable " + variable
                    + " is not set in this process; jobs do not inherit it from a login shell: use --api-key-file or"
                    + " --api-key-command there");
        }
        return key("the variable " + variable + " (api_key_env)", value);
    }

    private RequestKey key(String source, String text) {
        String scheme = scheme();
        boolean isBasic = scheme.equalsIgnoreCase("Basic");
        KeyText read = KeyText.parse(source, text, clock.instant(), isBasic);
        String key = read.key();
        if (isBasic && key.indexOf(':') >= 0) {
            key = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
        }
        return new RequestKey(header(), scheme.isEmpty() ? key : scheme + " " + key, read.expiry());
    }

    private String scheme() {
        String scheme = access.apiKeyScheme();
        if (scheme == null) {
            return header().equals(AUTHORIZATION) ? "Bearer" : "";
        }
        return scheme.equalsIgnoreCase("none") ? "" : scheme;
    }

    private static String ofFile(Path file) {
        try {
            if (Files.size(file) > LONGEST_KEY) {
                throw new IllegalArgumentException("api_key_file " + file + " is longer than " + LONGEST_KEY
                        + " bytes: it has to hold the key and nothing else");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("api_key_file " + file + " cannot be read on this node ("
                    + e.getClass().getSimpleName() + "); check the path and who may read it");
        }
    }
}
