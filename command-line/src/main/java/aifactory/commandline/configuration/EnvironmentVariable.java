package aifactory.commandline.configuration;

/** What is read from the environment beside the configuration keys and the options: an enumeration for the reference. */
public enum EnvironmentVariable {
    AIFACTORY_CONFIG("configuration file; unset: config.yaml in $XDG_CONFIG_HOME/aifactory or ~/.config/aifactory"),
    AIFACTORY_DEBUG("1 adds the stack trace to a failure's line"),
    AIFACTORY_JAVA_OPTIONS("more options for the program's Java"),
    AIFACTORY_CLIENT_JAVA_OPTIONS("more options for the Java of clients that the local dispatcher starts"),
    AIFACTORY_SLURM_REST_ADDRESS("slurmrestd, where slurm.rest_address of the configuration file says nothing"),
    AI_SERVER_HOST("with AI_SERVER_PORT (8000) the AI server, where ai_server is not in the environment"),
    AI_SERVER_PORT("see AI_SERVER_HOST"),
    APPTAINER_BIND("binds of containers whose configuration names none"),
    GPU_MEMORY_FRACTION("passed on to jobs, for what uses it there"),
    PGPASSWORD("the database's password, where database_password_file is unset"),
    SLURM_JWT("token for slurmrestd, where slurm.rest_token_file is unset"),
    SLURM_PARTITION("partition of groups that name none, by request or profile"),
    SLURM_QOS("quality of service of groups that name none"),
    SLURM_ACCOUNT("account of groups that name none"),
    XDG_CONFIG_HOME("where the configuration file is looked for; unset: ~/.config"),
    XDG_DATA_HOME("where data_dir is by default; unset: ~/.local/share"),
    CLIENT_SERVICE_ADDR("client processes: addresses of the Client Service; jobs export it"),
    AI_SERVER_ADDR("client processes: addresses of the AI servers; jobs export it"),
    BENCHMARK_ID("client processes: the group's number; jobs export it"),
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
