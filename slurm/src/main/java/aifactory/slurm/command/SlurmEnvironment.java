package aifactory.slurm.command;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The environment of Slurm's commands. It is made from a list of names that are allowed, because {@code sbatch} reads
 * {@code SBATCH_*} and {@code SLURM_*} as options, {@code squeue} and {@code sacct} have theirs, and the job inherits
 * all the rest.
 */
public final class SlurmEnvironment {
    private static final Set<String> ALLOWED = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "LD_LIBRARY_PATH",
            "SLURM_CONF");

    private final Map<String, String> allowed;

    private SlurmEnvironment(Map<String, String> allowed) {
        this.allowed = allowed;
    }

    /**
     * @param processEnvironment this process's, for instance {@code System.getenv()}
     * @param furtherNames what a site needs besides; none of Slurm's input variables and no token
     * @throws IllegalArgumentException for a name that must not be passed on
     */
    public static SlurmEnvironment from(Map<String, String> processEnvironment, Collection<String> furtherNames) {
        for (String name : furtherNames) {
            if (isInput(name)) {
                throw new IllegalArgumentException("the environment variable " + name
                        + " is an input of Slurm's commands and is never passed on; remove it from the allowed ones");
            }
        }
        Map<String, String> allowed = new TreeMap<>();
        processEnvironment.forEach((name, value) -> {
            if (ALLOWED.contains(name) || furtherNames.contains(name)) {
                allowed.put(name, value);
            }
        });
        return new SlurmEnvironment(Map.copyOf(allowed));
    }

    private static boolean isInput(String name) {
        return !name.equals("SLURM_CONF")
                && (name.startsWith("SBATCH_")
                        || name.startsWith("SQUEUE_")
                        || name.startsWith("SACCT_")
                        || name.startsWith("SINFO_")
                        || name.startsWith("SRUN_")
                        || name.startsWith("SLURM_"));
    }

    /** For {@code sbatch}: what the job gets. */
    public Map<String, String> ofJob(Map<String, String> further) {
        Map<String, String> environment = new TreeMap<>(allowed);
        environment.putAll(further);
        return environment;
    }

    /** For every other command: messages in English, times in seconds since 1970. */
    public Map<String, String> ofQueries() {
        Map<String, String> environment = new TreeMap<>(allowed);
        environment.put("LC_ALL", "C");
        environment.put("SLURM_TIME_FORMAT", "%s");
        return environment;
    }
}
