package aifactory.commandline.configuration;

import java.util.List;

/** The keys of the sections {@code profiles} and {@code slurm} of the configuration file, with what they mean. */
public final class SlurmKeys {
    /** The keys of {@code slurm}. */
    public static final List<Key> SECTION = List.of(
            new Key("program", "path of the program on the nodes; default: a copy of the running program"),
            new Key("tarball", "tarball of the program; every node unpacks it to a local disk"),
            new Key("container", "container of the clients, a name in containers"),
            new Key("sha256", "checksum of the tarball"),
            new Key("local_directory", "local directory of the nodes to which Slurm copies the tarball (sbcast)"),
            new Key("java_home", "Java on the nodes; default: the service's Java"),
            new Key("java_homes", "Java on nodes of other architectures, by the output of uname -m, such as aarch64"),
            new Key("modules", "modules that jobs load before the program starts, such as java/25"),
            new Key(
                    "module_initialization",
                    "shell script that defines module; default: the first of the usual places that exists"),
            new Key("gpus_per_node", "request GPUs with --gpus-per-node instead of --gres; default: false"),
            new Key(
                    "cluster",
                    "cluster for all commands (--clusters) where a site has several; default: the local one"),
            new Key("containers", "containers of the site, by name"),
            new Key("templates", "job templates of the site, by name: files, relative to this file"),
            new Key("requeue", "requeue preempted jobs; default: false"),
            new Key("client_port", "listen port of clients; another port if it is in use; default: 9000"),
            new Key("client_interface", "network interface of clients, such as ib0; default: the route to the service"),
            new Key("pass_environment", "additional environment variables for jobs and Slurm's commands"),
            new Key("rest_address", "address of slurmrestd, http://HOST:PORT"),
            new Key("url", "another name of rest_address"),
            new Key("user_name", "user of the token for slurmrestd; default: the user of the service"),
            new Key("api_ver", "version of slurmrestd's interface, such as v0.0.42; default: the newest"),
            new Key("jwt", "token for slurmrestd, only in a file of mode 600; rest_token_file can be renewed"),
            new Key("account", "account of jobs; SLURM_ACCOUNT, profiles and requests override it"),
            new Key(
                    "rest_token_file",
                    "file of mode 600 with the token for slurmrestd; default: SLURM_JWT or 'scontrol token'"));

    /** The keys of each of {@code slurm.containers}. */
    public static final List<Key> CONTAINER = List.of(
            new Key("image", "the SIF file, or for pyxis a squashfs file or a reference; required"),
            new Key("runtime", "apptainer, or pyxis (srun --container-image with enroot); default: apptainer"),
            new Key("sha256", "checksum of the image; an image with another checksum is refused"),
            new Key("apptainer", "Apptainer command; default: apptainer"),
            new Key("program", "program in the image; default: aifactory"),
            new Key("binds", "directories of the node in the container, SOURCE[:TARGET[:ro]]; default: APPTAINER_BIND"),
            new Key("gpu", "GPU support: none, nvidia, amd; default: none"),
            new Key("local_directory", "local directory of the nodes to which Slurm copies the image (sbcast)"));

    /** The keys of each of {@code profiles}. */
    public static final List<Key> PROFILE = List.of(
            new Key("partition", "Slurm partition"),
            new Key("qos", "Slurm quality of service"),
            new Key("account", "Slurm account"),
            new Key("gres", "generic resources of each node, such as gpu:1"),
            new Key("constraint", "features that each node must have"),
            new Key("cpus_per_task", "CPUs of each client; default: 4"),
            new Key("mem", "memory of each client; default: 8G"),
            new Key("exclusive", "do not share nodes with other jobs"),
            new Key("reservation", "Slurm reservation"),
            new Key("nodelist", "nodes to run on"),
            new Key("container", "container of the clients, a name in slurm.containers"),
            new Key("extra_directives", "additional options of sbatch, without dashes, such as licenses=x:1"));

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
