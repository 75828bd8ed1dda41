package aifactory.commandline.configuration;

/** Environment variables that are neither configuration keys nor options, as the reference lists them. */
public enum EnvironmentVariable {
    AIFACTORY_CONFIG("configuration file; unset: config.yaml in $XDG_CONFIG_HOME/aifactory or ~/.config/aifactory"),
    AIFACTORY_DEBUG("1 adds the stack trace to errors"),
    AIFACTORY_JAVA_OPTIONS("additional options for the program's Java"),
    AIFACTORY_CLIENT_JAVA_OPTIONS("additional options for the Java of clients of the local dispatcher"),
    AIFACTORY_SLURM_REST_ADDRESS("address of slurmrestd; used if slurm.rest_address is unset"),
    AI_SERVER_HOST("host of the AI server, with AI_SERVER_PORT (8000); used if AIFACTORY_AI_SERVER is unset"),
    AI_SERVER_PORT("see AI_SERVER_HOST"),
    APPTAINER_BIND("binds of containers without binds"),
    GPU_MEMORY_FRACTION("passed to jobs"),
    PGPASSWORD("password of the database; used if database_password_file is unset"),
    SLURM_JWT("token for slurmrestd; used if slurm.rest_token_file is unset"),
    SLURM_PARTITION("default partition of groups"),
    SLURM_QOS("default quality of service of groups"),
    SLURM_ACCOUNT("default account of groups"),
    XDG_CONFIG_HOME("directory of the configuration file; unset: ~/.config"),
    XDG_DATA_HOME("parent of the default data_dir; unset: ~/.local/share"),
    CLIENT_SERVICE_ADDR("client processes: addresses of the Client Service; jobs export it"),
    AI_SERVER_ADDR("client processes: addresses of the AI servers; jobs export it"),
    BENCHMARK_ID("client processes: id of the group; jobs export it"),
    AIFACTORY_GROUP_SECRET_FILE("client processes: file with the group's secret; jobs export it");

    private final String meaning;

    EnvironmentVariable(String meaning) {
        this.meaning = meaning;
    }

    /** What it says, with what holds when it is unset. */
    public String meaning() {
        return meaning;
    }
}
