package aifactory.slurm.rest;

import aifactory.slurm.JobOptions;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.Refusal;
import aifactory.slurm.command.SbatchArguments;
import aifactory.slurm.command.SlurmText;
import aifactory.slurm.job.InvalidJobException;
import aifactory.slurm.job.SbatchDirectives;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a submission in a version of the interface. slurmrestd does not read {@code #SBATCH} lines, so they are read
 * here; what is said of the job elsewhere wins over them, as on {@code sbatch}'s command line.
 */
final class RestSubmission {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final RestVersion version;
    private final ObjectNode job = MAPPER.createObjectNode();

    private RestSubmission(RestVersion version) {
        this.version = version;
    }

    /** An option that this version has no word for. */
    static final class UnknownOptionException extends Exception {
        private static final long serialVersionUID = 1;

        UnknownOptionException(String message) {
            super(message);
        }

        Refusal refusal() {
            return new Refusal(
                    Refusal.Kind.OPTION,
                    String.valueOf(getMessage()),
                    "Remove it from the profile or template, or use --dispatcher slurm, which hands it to sbatch");
        }
    }

    /** @param environment of the job, whole */
    static ObjectNode write(RestVersion version, JobSubmission submission, Map<String, String> environment)
            throws UnknownOptionException {
        ObjectNode body = MAPPER.createObjectNode();
        ObjectNode first = component(version, submission, 0, environment);
        if (version.hasScriptInsideJob()) {
            first.put("script", submission.script());
        } else {
            body.put("script", submission.script());
        }
        if (submission.isHeterogeneous()) {
            ArrayNode components = body.putArray("jobs").add(first);
            for (int offset = 1; offset <= submission.furtherComponents().size(); offset++) {
                components.add(component(version, submission, offset, environment));
            }
        } else {
            body.set("job", first);
        }
        return body;
    }

    private static ObjectNode component(
            RestVersion version, JobSubmission submission, int offset, Map<String, String> environment)
            throws UnknownOptionException {
        RestSubmission writer = new RestSubmission(version);
        for (Map.Entry<String, String> option : options(submission, offset).entrySet()) {
            writer.option(option.getKey(), option.getValue());
        }
        writer.environment(environment);
        return writer.job;
    }

    /** By long name; a mere switch has an empty value. */
    private static Map<String, String> options(JobSubmission submission, int offset) throws UnknownOptionException {
        Map<String, String> options = new LinkedHashMap<>();
        try {
            List<List<JobOptions.Option>> components = SbatchDirectives.components(submission.script());
            for (JobOptions.Option option :
                    offset < components.size() ? components.get(offset) : List.<JobOptions.Option>of()) {
                options.put(option.name(), option.value() == null ? "" : option.value());
            }
        } catch (InvalidJobException e) {
            throw new UnknownOptionException(String.valueOf(e.getMessage()));
        }
        JobOptions asked = offset == 0
                ? submission.options()
                : submission.furtherComponents().get(offset - 1);
        for (JobOptions.Option option : SbatchArguments.options(asked)) {
            options.put(option.name(), option.value() == null ? "" : option.value());
        }
        return options;
    }

    private void environment(Map<String, String> environment) {
        if (version.describesJobsByMessage()) {
            ArrayNode array = job.putArray("environment");
            environment.forEach((name, value) -> array.add(name + "=" + value));
        } else {
            ObjectNode object = job.putObject("environment");
            environment.forEach(object::put);
        }
    }

    private void option(String name, String value) throws UnknownOptionException {
        switch (name) {
            case "job-name" -> job.put("name", value);
            case "output" -> job.put("standard_output", value);
            case "error" -> job.put("standard_error", value);
            case "input" -> job.put("standard_input", value);
            case "chdir" -> job.put("current_working_directory", value);
            case "partition", "qos", "account", "dependency", "reservation", "licenses", "comment", "wckey" ->
                job.put(name, value);
            case "constraint" -> job.put("constraints", value);
            case "cpus-per-task" -> job.put("cpus_per_task", number(name, value));
            case "ntasks" -> job.put("tasks", number(name, value));
            case "ntasks-per-node" -> job.put("tasks_per_node", number(name, value));
            case "nice" -> job.put("nice", number(name, value));
            case "mail-user" -> job.put("mail_user", value);
            case "time" -> job.put("time_limit", minutes(name, value));
            case "requeue" -> job.put("requeue", true);
            case "hold" -> job.put("hold", true);
            // How sbatch answers, and what it adds to an environment that is given whole here.
            case "parsable", "export", "quiet", "verbose" -> {}
            default -> dependingOnVersion(name, value);
        }
    }

    private void dependingOnVersion(String name, String value) throws UnknownOptionException {
        if (version.describesJobsByMessage()) {
            message(name, value);
        } else {
            sbatchOption(name, value);
        }
    }

    /** From v0.0.39 on: the controller's own description of a job. */
    private void message(String name, String value) throws UnknownOptionException {
        switch (name) {
            case "nodes" -> {
                int dash = value.indexOf('-');
                job.put("minimum_nodes", number(name, dash < 0 ? value : value.substring(0, dash)));
                job.put("maximum_nodes", number(name, value.substring(dash + 1)));
            }
            case "mem" -> job.put("memory_per_node", megabytes(name, value));
            case "mem-per-cpu" -> job.put("memory_per_cpu", megabytes(name, value));
            case "gres" -> job.put("tres_per_node", genericResources(value));
            case "gpus-per-node" -> job.put("tres_per_node", version.genericResourcePrefix() + "gpu:" + value);
            case "gpus" -> job.put("tres_per_job", version.genericResourcePrefix() + "gpu:" + value);
            case "exclusive" -> job.putArray("shared").add("none");
            case "nodelist" -> job.put("required_nodes", value);
            case "exclude" -> job.put("excluded_nodes", value);
            case "no-kill" -> job.put("kill_on_node_fail", false);
            case "no-requeue" -> job.put("requeue", false);
            case "switches" -> job.put("required_switches", number(name, value));
            case "tmp" -> job.put("temporary_disk_per_node", megabytes(name, value));
            case "signal" -> {
                int at = value.indexOf('@');
                if (value.indexOf(':') >= 0 || at <= 0) {
                    throw unknown(name, value);
                }
                job.put("kill_warning_signal", value.substring(0, at));
                job.put("kill_warning_delay", number(name, value.substring(at + 1)));
            }
            default -> throw unknown(name, value);
        }
    }

    /** v0.0.38: the options of {@code sbatch} under longer names. */
    private void sbatchOption(String name, String value) throws UnknownOptionException {
        switch (name) {
            case "nodes" -> job.put("nodes", value);
            case "mem" -> job.put("memory_per_node", value);
            case "mem-per-cpu" -> job.put("memory_per_cpu", value);
            case "gres" -> job.put("gres", value);
            case "gpus" -> job.put("gpus", value);
            case "gpus-per-node" -> job.put("gpus_per_node", value);
            case "exclusive" -> job.put("exclusive", "exclusive");
            case "nodelist" -> job.put("nodelist", value);
            // Each accepts only this value; "requeue": false is accepted but ignored.
            case "no-kill" -> job.put("no_kill", "set");
            case "no-requeue" -> job.put("no_requeue", true);
            case "signal" -> job.put("signal", value);
            default -> throw unknown(name, value);
        }
    }

    private String genericResources(String value) {
        StringBuilder resources = new StringBuilder();
        for (String resource : value.split(",", -1)) {
            boolean hasPrefix = resource.startsWith("gres/") || resource.startsWith("gres:");
            resources
                    .append(resources.isEmpty() ? "" : ",")
                    .append(hasPrefix ? "" : version.genericResourcePrefix())
                    .append(resource);
        }
        return resources.toString();
    }

    private static long number(String name, String value) throws UnknownOptionException {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new UnknownOptionException("Invalid --" + name + " '" + value + "': expected a number");
        }
    }

    private static long minutes(String name, String value) throws UnknownOptionException {
        Duration limit = SlurmText.duration(value);
        if (limit == null) {
            throw new UnknownOptionException("Invalid --" + name + " '" + value + "': expected D-HH:MM:SS");
        }
        return limit.plusSeconds(59).toMinutes();
    }

    private static long megabytes(String name, String value) throws UnknownOptionException {
        long bytes = SlurmText.bytes(
                Character.isDigit(value.isEmpty() ? 'x' : value.charAt(value.length() - 1)) ? value + "M" : value);
        if (bytes < 0) {
            throw new UnknownOptionException("Invalid --" + name + " '" + value + "': expected something like 8G");
        }
        return (bytes + (1 << 20) - 1) >> 20;
    }

    private UnknownOptionException unknown(String name, String value) {
        return new UnknownOptionException("Unknown key '" + name + "' (" + (value.isEmpty() ? "a switch" : value)
                + "): slurmrestd " + version + " has no such option");
    }
}
