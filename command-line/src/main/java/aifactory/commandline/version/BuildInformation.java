package aifactory.commandline.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The build of this program, written into it by the build.
 *
 * @param version the project's version
 * @param commit the source's commit, {@code -dirty} when the sources had changes beyond it, {@code unknown} when it was
 *      built outside of a git repository
 */
public record BuildInformation(String version, String commit) {
    private static final String RESOURCE = "build.properties";

    /** Reads what the build wrote. */
    public static BuildInformation ofThisProgram() {
        try (InputStream resource = BuildInformation.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(
                        RESOURCE + " is missing: the program was packaged without its resources");
            }
            Properties properties = new Properties();
            properties.load(resource);
            String commit = properties.getProperty("commit", "");
            boolean isKnown = !commit.isBlank() && !commit.contains("${");
            boolean isDirty = properties.getProperty("dirty", "").equals("true");
            return new BuildInformation(
                    properties.getProperty("version", "unknown"),
                    isKnown ? commit + (isDirty ? "-dirty" : "") : "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
