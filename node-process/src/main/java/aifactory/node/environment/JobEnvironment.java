package aifactory.node.environment;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment variables say about the job of this process. Variables of this system take precedence over
 * Slurm's, since processes started on a machine inside an allocation inherit Slurm's from the shell.
 *
 * @param jobId {@code SLURM_JOB_ID}
 * @param node {@code SLURMD_NODENAME}
 * @param processNumber {@code AIFACTORY_PROCESS_NUMBER} or {@code SLURM_PROCID}
 * @param restartCount {@code SLURM_RESTART_COUNT}
 * @param processes {@code AIFACTORY_NUM_CLIENTS}, {@code SLURM_STEP_NUM_TASKS} or {@code SLURM_NTASKS}
 * @param cores {@code SLURM_CPUS_PER_TASK}
 * @param secretFile {@code AIFACTORY_GROUP_SECRET_FILE}
 */
public record JobEnvironment(
        @Nullable String jobId,
        @Nullable String node,
        @Nullable Integer processNumber,
        @Nullable Integer restartCount,
        @Nullable Integer processes,
        @Nullable Integer cores,
        @Nullable Path secretFile) {

    /** @throws NodeProblemException when a variable that has to be a number is not a number */
    public static JobEnvironment of(Map<String, String> environment) throws NodeProblemException {
        String secretFile = text(environment, "AIFACTORY_GROUP_SECRET_FILE");
        return new JobEnvironment(
                text(environment, "SLURM_JOB_ID"),
                text(environment, "SLURMD_NODENAME"),
                number(environment, "AIFACTORY_PROCESS_NUMBER", "SLURM_PROCID"),
                number(environment, "SLURM_RESTART_COUNT"),
                number(environment, "AIFACTORY_NUM_CLIENTS", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"),
                number(environment, "SLURM_CPUS_PER_TASK"),
                secretFile == null ? null : Path.of(secretFile));
    }

    private static @Nullable String text(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static @Nullable Integer number(Map<String, String> environment, String... names)
            throws NodeProblemException {
        for (String name : names) {
            String value = text(environment, name);
            if (value != null) {
                return parse(name, value);
            }
        }
        return null;
    }

    private static Integer parse(String name, String value) throws NodeProblemException {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below together with numbers below zero.
        }
        throw new NodeProblemException(
                name + " is '" + value + "', which is not a number of 0 or more; unset it or correct it");
    }
}
