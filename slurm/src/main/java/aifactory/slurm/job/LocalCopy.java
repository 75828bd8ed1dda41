package aifactory.slurm.job;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image or tarball that Slurm copies to every node's own disk before the clients start; each task removes its node's
 * copy.
 */
final class LocalCopy {
    private LocalCopy() {}

    /**
     * Where the copy is on each node; null for a launch that wants none.
     *
     * @param token of the job, so that no other job's copy has the name
     */
    static @Nullable Path of(Launch launch, String token) {
        return switch (launch) {
            case Launch.Native _ -> null;
            case Launch.Pyxis _ -> null;
            case Launch.Tarball tarball ->
                tarball.localDirectory() == null
                        ? null
                        : tarball.localDirectory().resolve("aifactory-" + token + ".tar.gz");
            case Launch.Container container ->
                container.localDirectory() == null
                        ? null
                        : container.localDirectory().resolve("aifactory-" + token + ".sif");
        };
    }

    /** Has Slurm spread the file to all nodes of the job; nothing without a copy. */
    static String command(Path file, @Nullable Path copy) throws InvalidJobException {
        if (copy == null) {
            return "";
        }
        String source = Quoting.shell(JobText.path("image", file).toString());
        String destination = Quoting.shell(JobText.path("local_directory", copy).toString());
        return "if ! sbcast --force " + source + " " + destination + "; then\n  echo "
                + Quoting.shell("aifactory: " + file + " cannot be copied to " + copy
                        + " on the nodes: correct local_directory, or leave it out")
                + " >&2\n  exit 78\nfi\n";
    }
}
