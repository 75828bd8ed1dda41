package aifactory.slurm.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the client process is started on each node. */
public sealed interface Launch {
    /**
     * A program that is installed where every node finds it.
     *
     * @param program a path, or a name in PATH
     */
    record Native(String program) implements Launch {}

    /**
     * One archive on a file system that every node sees, unpacked by each node into local storage: thousands of small
     * files on a parallel file system are what makes a start slow.
     *
     * @param tarball holds one directory with {@code bin/aifactory} in it
     * @param sha256 in hexadecimal, checked before the start; null to trust the file
     * @param localDirectory on each node's own disk, where Slurm copies the file before the start; null to read it
     *      where it is
     */
    record Tarball(
            Path tarball, @Nullable String sha256, @Nullable Path localDirectory) implements Launch {
        public Tarball(Path tarball, @Nullable String sha256) {
            this(tarball, sha256, null);
        }
    }

    /**
     * An Apptainer image.
     *
     * @param image a SIF file
     * @param sha256 in hexadecimal, checked before the start; null to trust the file
     * @param apptainer the program, usually {@code apptainer}
     * @param program inside the image, usually {@code aifactory}
     * @param binds what the container sees of the node besides the job's directory
     * @param gpu drivers that are made visible inside
     * @param localDirectory on each node's own disk, where Slurm copies the image before the start; null to read it
     *      where it is
     */
    record Container(
            Path image,
            @Nullable String sha256,
            String apptainer,
            String program,
            List<Bind> binds,
            Gpu gpu,
            @Nullable Path localDirectory)
            implements Launch {
        public Container {
            binds = List.copyOf(binds);
        }

        public Container(
                Path image, @Nullable String sha256, String apptainer, String program, List<Bind> binds, Gpu gpu) {
            this(image, sha256, apptainer, program, binds, gpu, null);
        }
    }

    /**
     * An image that Slurm's plugin Pyxis starts with enroot: {@code srun --container-image}.
     *
     * @param image a squashfs file, or a reference such as {@code nvcr.io#nvidia/pytorch:24.08-py3}
     * @param sha256 of a file, in hexadecimal, checked before the start; null to trust the image
     * @param program inside the image, usually {@code aifactory}
     * @param binds what the container sees of the node besides the job's directory
     */
    record Pyxis(String image, @Nullable String sha256, String program, List<Bind> binds) implements Launch {
        public Pyxis {
            binds = List.copyOf(binds);
        }
    }

    /**
     * A directory or file that a container sees.
     *
     * @param source on the node; the job ends with a clear word where it is missing
     * @param destination in the container
     */
    record Bind(Path source, Path destination, boolean writable) {
        /**
         * Reads {@code APPTAINER_BIND}: {@code SOURCE[:DESTINATION[:ro|rw]]}, separated by commas.
         *
         * @throws InvalidJobException for anything else
         */
        public static List<Bind> parse(String text) throws InvalidJobException {
            List<Bind> binds = new ArrayList<>();
            for (String part : text.strip().split(",", -1)) {
                String[] fields = part.strip().split(":", -1);
                boolean known = fields.length < 3 || fields[2].equals("ro") || fields[2].equals("rw");
                if (fields.length > 3 || fields[0].isEmpty() || !known) {
                    throw new InvalidJobException(
                            "binds",
                            "'" + part + "' is no bind: expected SOURCE[:DESTINATION[:ro|rw]], separated by commas");
                }
                Path destination = Path.of(fields.length > 1 && !fields[1].isEmpty() ? fields[1] : fields[0]);
                binds.add(new Bind(Path.of(fields[0]), destination, fields.length < 3 || fields[2].equals("rw")));
            }
            return List.copyOf(binds);
        }

        String argument() {
            return source + ":" + destination + (writable ? ":rw" : ":ro");
        }
    }
}
