package aifactory.commandline.configuration;

import java.util.List;

/** The keys of the sections {@code profiles} and {@code slurm} of the configuration file, with what they mean. */
public final class SlurmKeys {
    /** The keys of {@code slurm}. */
    public static final List<Key> SECTION = List.of(
            new Key(
                    "program",
                    "path of the program on the nodes; without any of these three, a copy of the running one"),
            new Key("tarball", "the program's tarball, which every node unpacks to its own disk"),
            new Key("container", "name in containers, of the one that the nodes run the program in"),
            new Key("sha256", "checksum of the tarball"),
            new Key("local_directory", "directory on the nodes' own disks that Slurm copies the tarball to (sbcast)"),
            new Key("java_home", "Java on the nodes; without it that of the service"),
            new Key("containers", "the site's containers by name"),
            new Key("templates", "the site's job templates by name: files, relative to this one"),
            new Key("requeue", "whether a preempted job goes back into the queue; default: false"),
            new Key("client_port", "port that clients listen on, another if it is taken; default: 9000"),
            new Key("pass_environment", "variables that jobs and Slurm's commands get beside the usual ones"),
            new Key("rest_address", "slurmrestd, http://HOST:PORT"),
            new Key("rest_token_file", "file of mode 600 with its token; without it SLURM_JWT or 'scontrol token'"));

    /** The keys of each of {@code slurm.containers}. */
    public static final List<Key> CONTAINER = List.of(
            new Key("image", "the SIF file; required"),
            new Key("sha256", "its checksum; another image is refused"),
            new Key("apptainer", "the command that runs it; default: apptainer"),
            new Key("program", "the program inside of it; default: aifactory"),
            new Key(
                    "binds",
                    "directories of the node to be seen inside, SOURCE[:TARGET[:ro]]; without it APPTAINER_BIND"),
            new Key("gpu", "none, nvidia, amd; default: none"),
            new Key("local_directory", "directory on the nodes' own disks that Slurm copies the image to (sbcast)"));

    /** The keys of each of {@code profiles}. */
    public static final List<Key> PROFILE = List.of(
            new Key("partition", "Slurm partition"),
            new Key("qos", "Slurm quality of service"),
            new Key("account", "Slurm account"),
            new Key("gres", "generic resources of each node, such as gpu:1"),
            new Key("constraint", "features that each node must have"),
            new Key("cpus_per_task", "CPUs of each client; default: 4"),
            new Key("mem", "memory of each client; default: 8G"),
            new Key("exclusive", "whether nodes are not shared with other jobs"),
            new Key("reservation", "reservation to run in"),
            new Key("nodelist", "nodes to run on"),
            new Key("container", "name in slurm.containers, of the one that its clients run in"),
            new Key("extra_directives", "more options of sbatch, without their dashes, such as licenses=x:1"));

    private SlurmKeys() {}

    static List<String> names(List<Key> keys) {
        return keys.stream().map(Key::name).toList();
    }

    /**
     * One key.
     *
     * @param meaning with its default, where there is one
     */
    public record Key(String name, String meaning) {}
}
