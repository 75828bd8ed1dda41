package aifactory.commandline.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every configuration key. Each may be given as an option of the commands that have it, in the environment as
 * {@code AIFACTORY_} and its name in capitals, and in the configuration file under its name.
 */
public enum ConfigurationKey {
    SERVICE(null, "URL of the Client Service; unset: found by its discovery file"),
    TOKEN_FILE(null, "file with the token for the Client Service"),
    HOST("127.0.0.1", "listen address of the Client Service"),
    PORT(
            "8001",
            "listen port of the Client Service; unset: 8001, or the next free port up to 8016 if it is in use",
            "CLIENT_SERVICE_PORT"),
    AUTH("token", "authentication of the Client Service: token or none"),
    DISPATCHER(
            "local",
            "dispatcher of client processes: local (this machine), slurm (a job), slurm-rest (a job, by slurmrestd),"
                    + " allocation (a step of the current job)"),
    AI_SERVER(null, "URL of the AI server, or several separated by commas"),
    DATA_DIR(null, "private local directory of the Client Service; unset: ~/.local/share/aifactory"),
    DATABASE_URL(
            null, "PostgreSQL for the Client Service's state, postgresql://USER@HOST:PORT/NAME; unset: in data_dir"),
    DATABASE_PASSWORD_FILE(null, "file of mode 600 with the database's password; unset: PGPASSWORD or ~/.pgpass"),
    SERVER_METRICS_FILE(null, "names of the metrics of AI servers that are not known; unset: the known engines only"),
    SHARED_DIR(null, "directory shared with the clients' nodes; unset: ~/.local/share/aifactory/shared"),
    ADVERTISE(
            null,
            "host or URL under which clients reach the Client Service; unset: this machine's name",
            "CLIENT_SERVICE_HOST"),
    HISTORY_DIR(null, "directory of the history of runs; unset: ~/.local/share/aifactory/history"),
    OUTPUT(null, "directory for the files of a run; unset: results/RUN_ID"),
    MAX_FAILED("0", "maximum number of failed requests of a run; more give exit code 1"),
    JOURNAL_DAYS("365", "retention of the Client Service's journal, in days"),
    JOURNAL_LINES("1000000", "maximum number of lines in the Client Service's journal; the oldest are deleted"),
    LOG_LEVEL(null, "error, warn, info, debug or trace; unset: warn, and info for serve and client", "LOG_LEVEL"),
    LOG_FORMAT("text", "format of the log: text, or json with one object per line"),
    HTTP_TIMEOUT("30s", "timeout of a response of the Client Service", "HTTP_TIMEOUT"),
    HTTP_MAX_RETRIES(
            "3", "retries of a query whose connection to the Client Service is refused or lost", "HTTP_MAX_RETRIES"),
    SLURM_POLL_INTERVAL(
            "5s", "shortest interval of the Client Service's queries for states of Slurm jobs", "SLURM_POLL_INTERVAL"),
    SLURM_MAX_JOBS("1000", "maximum number of active groups of the Client Service", "SLURM_MAX_JOBS");

    private final @Nullable String defaultValue;
    private final String description;
    private final @Nullable String otherEnvironmentName;

    ConfigurationKey(@Nullable String defaultValue, String description) {
        this(defaultValue, description, null);
    }

    ConfigurationKey(@Nullable String defaultValue, String description, @Nullable String otherEnvironmentName) {
        this.defaultValue = defaultValue;
        this.description = description;
        this.otherEnvironmentName = otherEnvironmentName;
    }

    /** The name in the configuration file. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The option of the commands that have it. */
    public String optionName() {
        return "--" + fileName().replace('_', '-');
    }

    /** The environment variables that set it, the strongest first. */
    public List<String> environmentNames() {
        String own = "AIFACTORY_" + name();
        return otherEnvironmentName == null ? List.of(own) : List.of(own, otherEnvironmentName);
    }

    /** The built-in default; null if there is no default or if it depends on other settings. */
    public @Nullable String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    /** The key behind an option, if the option is a configuration key. */
    public static Optional<ConfigurationKey> ofOption(String optionName) {
        return Arrays.stream(values())
                .filter(key -> key.optionName().equals(optionName))
                .findFirst();
    }
}
