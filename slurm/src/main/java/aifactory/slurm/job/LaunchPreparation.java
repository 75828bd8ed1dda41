package aifactory.slurm.job;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a batch script does before it starts the clients. */
final class LaunchPreparation {
    /** Not in the home directory, which is small and shared by all nodes. */
    static final String CACHE_DIRECTORY =
            "export APPTAINER_CACHEDIR=\"${TMPDIR:-/tmp}/aifactory-apptainer-${SLURM_JOB_ID:-0}\"\n";

    private LaunchPreparation() {}

    /** Ends the job with exit code 78 where the file is not the one that was meant; nothing for null. */
    static String checksum(Path file, @Nullable String sha256) throws InvalidJobException {
        String path = JobText.path("image", file).toString();
        if (sha256 == null) {
            return "";
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new InvalidJobException(
                    "sha256",
                    "sha256 is '" + sha256
                            + "': expected 64 hexadecimal digits in small letters, as sha256sum prints them");
        }
        return "if [ \"$(sha256sum < " + Quoting.shell(path) + " | cut -d' ' -f1)\" != " + sha256 + " ]; then\n"
                + "  echo " + Quoting.shell("aifactory: " + path + " is not the file with the checksum " + sha256)
                + " >&2\n"
                + "  exit 78\n"
                + "fi\n";
    }

    /** Only a file can be compared; a reference names its checksum itself where it shall have one. */
    static String checksum(Launch.Pyxis pyxis) throws InvalidJobException {
        JobText.printable("image", pyxis.image());
        if (pyxis.sha256() == null) {
            return "";
        }
        if (!pyxis.image().startsWith("/")) {
            throw new InvalidJobException(
                    "sha256",
                    "sha256 is of a file, and the image is '" + pyxis.image()
                            + "': leave sha256 out, or import the image into a file (enroot import)");
        }
        return checksum(Path.of(pyxis.image()), pyxis.sha256());
    }

    static String exports(Map<String, String> variables) {
        StringBuilder text = new StringBuilder();
        variables.forEach((name, value) -> text.append("export ")
                .append(name)
                .append('=')
                .append(Quoting.shell(value))
                .append('\n'));
        return text.toString();
    }

    /**
     * Puts it before the first line of a script that is neither empty nor a comment: there a command can always stand.
     */
    static String insert(String preparation, String script) {
        int start = 0;
        while (start < script.length()) {
            int end = script.indexOf('\n', start);
            String line = script.substring(start, end < 0 ? script.length() : end);
            if (!line.isBlank() && !line.startsWith("#")) {
                break;
            }
            start = end < 0 ? script.length() : end + 1;
        }
        return script.substring(0, start) + preparation + script.substring(start);
    }
}
