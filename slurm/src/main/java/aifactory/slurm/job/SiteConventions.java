package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How jobs are written at a site.
 *
 * @param gpusPerNode whether GPUs are requested by {@code --gpus-per-node} instead of {@code --gres}
 * @param modules that are loaded before the program starts, in this order
 * @param moduleInitialization a shell script that defines the function which loads them; null to look for it in the
 *     usual places
 */
public record SiteConventions(
        boolean gpusPerNode, List<String> modules, @Nullable Path moduleInitialization) {
    /** GPUs are generic resources, and nothing is loaded. */
    public static final SiteConventions NONE = new SiteConventions(false, List.of(), null);

    private static final int MOST_MODULES = 64;

    public SiteConventions {
        modules = List.copyOf(modules);
    }

    /**
     * Checks every member, so that it is refused where it is written and not when the first job uses it.
     *
     * @throws InvalidJobException names the member, the value and the remedy
     */
    public void validate() throws InvalidJobException {
        if (modules.size() > MOST_MODULES) {
            throw new InvalidJobException(
                    "modules", modules.size() + " modules: at most " + MOST_MODULES + " are possible");
        }
        for (String module : modules) {
            // A dash in front would be an option of module.
            if (!module.matches("[A-Za-z0-9_][A-Za-z0-9_.+/@=:-]{0,199}")) {
                throw new InvalidJobException(
                        "modules",
                        "modules has '" + JobText.printable("modules", module) + "': expected names such as java/25");
            }
        }
        if (moduleInitialization != null) {
            JobText.path("module_initialization", moduleInitialization);
        }
    }

    /** The lines that load the modules, and end the job with exit code 78 where that fails; empty without modules. */
    String moduleLines() throws InvalidJobException {
        validate();
        if (modules.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        // A job's shell is no login shell, so that nothing has defined the function.
        String places = moduleInitialization == null
                ? "/etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh"
                        + " /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash /usr/share/Modules/init/bash"
                : Quoting.shell(moduleInitialization.toString());
        text.append("if ! type module >/dev/null 2>&1; then\n  for file in ")
                .append(places)
                .append("; do\n    if [ -r \"$file\" ]; then . \"$file\"; break; fi\n  done\nfi\n");
        for (String module : modules) {
            String problem = "aifactory: module load " + module
                    + " failed: correct slurm.modules and slurm.module_initialization in the service's configuration"
                    + " file";
            text.append("if ! module load ")
                    .append(Quoting.shell(module))
                    .append("; then\n  echo ")
                    .append(Quoting.shell(problem))
                    .append(" >&2\n  exit 78\nfi\n");
        }
        return text.toString();
    }

    /** The options with GPUs as this site requests them. */
    JobOptions applied(JobOptions options) {
        String resources = options.genericResources();
        if (!gpusPerNode || resources == null) {
            return options;
        }
        List<String> others = new ArrayList<>();
        List<String> gpus = new ArrayList<>();
        for (String resource : resources.split(",", -1)) {
            if (resource.equals("gpu")) {
                gpus.add("1");
            } else if (resource.startsWith("gpu:")) {
                gpus.add(resource.substring("gpu:".length()));
            } else {
                others.add(resource);
            }
        }
        return gpus.isEmpty()
                ? options
                : options.withGpusPerNode(String.join(",", gpus), others.isEmpty() ? null : String.join(",", others));
    }
}
