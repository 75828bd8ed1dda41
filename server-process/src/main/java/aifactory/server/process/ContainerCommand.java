package aifactory.server.process;

import aifactory.protocol.ServerSpecification.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a command is run in an Apptainer image: with a clean environment, nothing of the node but what was asked for.
 * Stateless.
 */
final class ContainerCommand {
    /** Of the job and of its GPUs: without them a server does not know where it is. */
    private static final Set<String> FORWARDED = Set.of(
            "SLURM_JOB_ID",
            "SLURM_JOB_NODELIST",
            "SLURM_NODEID",
            "SLURM_PROCID",
            "SLURMD_NODENAME",
            "CUDA_VISIBLE_DEVICES",
            "NVIDIA_VISIBLE_DEVICES",
            "ROCR_VISIBLE_DEVICES",
            "HIP_VISIBLE_DEVICES",
            "GPU_MEMORY_FRACTION");

    private ContainerCommand() {}

    static List<String> words(Container container, boolean gpus, List<String> command) {
        List<String> words = new ArrayList<>(
                List.of("apptainer", "exec", "--cleanenv", "--containall", "--no-mount", "home,cwd", "--pwd", "/tmp"));
        for (String bind : container.binds()) {
            words.add("--bind");
            words.add(bind);
        }
        if (gpus) {
            words.add("--nv");
        }
        words.add(container.image());
        words.addAll(command);
        return words;
    }

    /**
     * Values reach the container in Apptainer's own variables, and never as arguments that every user on the node could
     * read.
     */
    static Map<String, String> environment(Map<String, String> ofNode, Map<String, String> ofServer) {
        Map<String, String> inside = new TreeMap<>();
        ofNode.forEach((name, value) -> {
            if (FORWARDED.contains(name)) {
                inside.put(name, value);
            }
        });
        inside.putAll(ofServer);
        Map<String, String> environment = new TreeMap<>();
        inside.forEach((name, value) -> environment.put("APPTAINERENV_" + name, value));
        // Apptainer would let a shell expand values.
        environment.put("APPTAINER_NO_EVAL", "1");
        return environment;
    }
}
