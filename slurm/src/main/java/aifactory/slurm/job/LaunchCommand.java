package aifactory.slurm.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the commands that start one client on every node. No value becomes part of a script's text: values are
 * separate arguments, and the program inside a task receives them as arguments.
 */
final class LaunchCommand {
    /**
     * In a container's clean environment only these, and those that the job sets, are known; taken inside each task.
     */
    static final List<String> FORWARDED = List.of(
            "SLURM_CLUSTER_NAME",
            "SLURM_CPUS_PER_TASK",
            "SLURM_JOB_END_TIME",
            "SLURM_JOB_ID",
            "SLURM_JOB_NODELIST",
            "SLURM_JOB_PARTITION",
            "SLURM_NODEID",
            "SLURM_NTASKS",
            "SLURM_PROCID",
            "SLURM_RESTART_COUNT",
            "SLURM_STEP_ID",
            "SLURMD_NODENAME",
            "CUDA_VISIBLE_DEVICES",
            "NVIDIA_VISIBLE_DEVICES",
            "ROCR_VISIBLE_DEVICES",
            "HIP_VISIBLE_DEVICES");

    private static final String MISSING_BIND =
            "echo \"aifactory: the bind source $1 does not exist on ${SLURMD_NODENAME:-this node}; correct the"
                    + " binds\" >&2; exit 78";

    /**
     * Starts {@code "$@"} and stays, to clean up; the shell outlives SIGTERM, which reaches the client as well, for as
     * long as the client flushes. It keeps the exit status of its child, even if a signal interrupted the wait that
     * returns it.
     */
    private static final String STAY = String.join(
            " ",
            "\"$@\" & client=$!;",
            "wait \"$client\"; while kill -0 \"$client\" 2>/dev/null; do wait \"$client\"; done;",
            "wait \"$client\"; exit $?");

    /**
     * Runs in each task: {@code COPY NAMES… -- BIND_SOURCES… -- APPTAINER_ARGUMENTS…}. The variables become one list in
     * the notation of a CSV record, because a value may hold commas; without {@code APPTAINER_NO_EVAL} Apptainer would
     * let a shell expand them. {@code exec}, so that Slurm's signals arrive at the container; where there is a copy to
     * be removed in the end, the shell stays.
     *
     * <p>Slurm sends SIGTERM to every process of the step, also to the one that serves an ordinary user's image by
     * FUSE: it would take the image away under a client that still flushes, and Java dies of SIGBUS. Blocking the
     * signal for the command does not reach that process, so the image is unpacked on the node's own disk where
     * Apptainer can.
     */
    private static final String IN_CONTAINER = String.join(
            " ",
            "copy=$1; shift; export APPTAINER_NO_EVAL=1; variables=;",
            "while [ \"$1\" != -- ]; do",
            "if [ -n \"${!1+set}\" ]; then value=${!1};",
            "variables+=\"${variables:+,}\\\"$1=${value//\\\"/\\\"\\\"}\\\"\"; fi; shift; done; shift;",
            "while [ \"$1\" != -- ]; do [ -e \"$1\" ] || { " + MISSING_BIND + "; }; shift; done; shift;",
            "program=$1; shift; unpack=; case $(\"$program\" exec --help 2>/dev/null) in *--unsquash*)"
                    + " unpack=--unsquash;; esac;",
            "set -- \"$program\" exec $unpack --env \"$variables\" \"$@\";",
            "[ -n \"$copy\" ] || exec \"$@\";",
            "trap : TERM INT USR1 USR2; trap 'rm -f -- \"$copy\"' EXIT;",
            STAY);

    /**
     * Runs in each task: {@code COPY TARBALL CLIENT_ARGUMENTS…}; removes what it unpacked, and the copy if there is
     * one.
     */
    private static final String IN_TARBALL = String.join(
            " ",
            "copy=$1; shift; directory=$(mktemp -d \"${TMPDIR:-/tmp}/aifactory-${SLURM_JOB_ID:-0}.XXXXXXXX\") ||"
                    + " exit 78;",
            "trap : TERM INT USR1 USR2; trap 'rm -rf -- \"$directory\" ${copy:+\"$copy\"}' EXIT;",
            "tar -xf \"$1\" -C \"$directory\" --strip-components=1 ||",
            "{ echo \"aifactory: cannot unpack $1 on ${SLURMD_NODENAME:-this node}\" >&2; exit 78; };",
            "shift; set -- \"$directory/bin/aifactory\" \"$@\";",
            STAY);

    private LaunchCommand() {}

    /**
     * The words of the whole command, {@code srun} included.
     *
     * @param cpusPerTask repeated because {@code srun} ignores the batch script's from 22.05 on; null to take it from
     *      the environment
     * @param clientArguments what follows the client's program
     * @param forwarded names of variables that the job sets itself
     * @param secret a file that the client must be able to read, null for none
     * @param copy of the tarball or image on each node, null for none
     */
    static List<Word> words(
            Launch launch,
            @Nullable Integer cpusPerTask,
            List<String> clientArguments,
            Collection<String> forwarded,
            Path directory,
            @Nullable Path secret,
            @Nullable Path copy)
            throws InvalidJobException {
        List<Word> words = new ArrayList<>();
        add(words, "srun", "--kill-on-bad-exit=0", "--no-kill", "--wait=0");
        words.add(
                cpusPerTask == null
                        ? new Word("\"--cpus-per-task=${SLURM_CPUS_PER_TASK:-1}\"")
                        : Word.of("--cpus-per-task=" + cpusPerTask));
        switch (launch) {
            case Launch.Native(String program) -> add(words, JobText.printable("program", program));
            case Launch.Tarball tarball ->
                add(
                        words,
                        "bash",
                        "-c",
                        IN_TARBALL,
                        "aifactory-tarball",
                        copy == null ? "" : copy.toString(),
                        copy == null ? tarball.tarball().toString() : copy.toString());
            case Launch.Container container -> container(words, container, forwarded, directory, secret, copy);
            case Launch.Pyxis pyxis -> pyxis(words, pyxis, forwarded, directory, secret);
        }
        clientArguments.forEach(argument -> words.add(Word.of(argument)));
        return words;
    }

    private static void container(
            List<Word> words,
            Launch.Container container,
            Collection<String> forwarded,
            Path directory,
            @Nullable Path secret,
            @Nullable Path copy)
            throws InvalidJobException {
        List<Launch.Bind> binds = new ArrayList<>();
        binds.add(new Launch.Bind(directory, Path.of("/data"), true));
        binds.addAll(container.binds());
        if (secret != null) {
            binds.add(new Launch.Bind(secret, secret, false));
        }
        add(words, "bash", "-c", IN_CONTAINER, "aifactory-container", copy == null ? "" : copy.toString());
        forwarded.forEach(name -> words.add(Word.of(name)));
        FORWARDED.forEach(name -> words.add(Word.of(name)));
        add(words, "--");
        for (Launch.Bind bind : binds) {
            add(words, bindPath(bind.source()));
        }
        add(words, "--", JobText.printable("apptainer", container.apptainer()));
        add(words, "--cleanenv", "--containall", "--no-mount", "home,cwd", "--pwd", "/data");
        for (Launch.Bind bind : binds) {
            bindPath(bind.destination());
            add(words, "--bind", bind.argument());
        }
        switch (container.gpu()) {
            case NONE -> {}
            case NVIDIA -> add(words, "--nv");
            case AMD -> add(words, "--rocm");
        }
        add(
                words,
                JobText.path("image", copy == null ? container.image() : copy).toString(),
                JobText.printable("program", container.program()));
    }

    /**
     * Options of {@code srun} that the plugin adds; the variables of the job take precedence over those of the image.
     */
    private static void pyxis(
            List<Word> words, Launch.Pyxis pyxis, Collection<String> forwarded, Path directory, @Nullable Path secret)
            throws InvalidJobException {
        List<String> mounts = new ArrayList<>();
        mounts.add(bindPath(directory) + ":/data:rw");
        for (Launch.Bind bind : pyxis.binds()) {
            bindPath(bind.source());
            bindPath(bind.destination());
            mounts.add(bind.argument());
        }
        if (secret != null) {
            mounts.add(bindPath(secret) + ":" + secret + ":ro");
        }
        add(
                words,
                "--container-image=" + JobText.printable("image", pyxis.image()),
                "--container-mounts=" + String.join(",", mounts),
                "--container-workdir=/data",
                "--no-container-mount-home",
                "--container-readonly",
                "--no-container-entrypoint");
        if (!forwarded.isEmpty()) {
            add(words, "--container-env=" + String.join(",", forwarded));
        }
        add(words, JobText.printable("program", pyxis.program()));
    }

    /** Apptainer and enroot have no way of writing a colon or a comma in a path. */
    private static String bindPath(Path path) throws InvalidJobException {
        String text = JobText.path("binds", path).toString();
        if (text.indexOf(':') >= 0 || text.indexOf(',') >= 0) {
            throw new InvalidJobException(
                    "binds",
                    "'" + text
                            + "' cannot be bound into a container: colons and commas have a meaning there; use"
                            + " another path");
        }
        return text;
    }

    private static void add(List<Word> words, String... values) {
        for (String value : values) {
            words.add(Word.of(value));
        }
    }

    /** One word of the command as the batch script's shell reads it. */
    record Word(String text) {
        static Word of(String value) {
            return new Word(Quoting.shell(value));
        }
    }
}
