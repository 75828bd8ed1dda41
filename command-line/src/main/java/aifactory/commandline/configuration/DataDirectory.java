package aifactory.commandline.configuration;

import aifactory.commandline.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the Client Service keeps its data, and where it is found by that. */
public final class DataDirectory {
    /**
     * On these a database file is slow at best and broken at worst, and several nodes share one home directory on them.
     */
    private static final Set<String> NETWORK_FILE_SYSTEMS = Set.of(
            "nfs",
            "nfs4",
            "lustre",
            "gpfs",
            "beegfs",
            "ceph",
            "fuse.ceph",
            "cifs",
            "smb3",
            "pvfs2",
            "panfs",
            "wekafs",
            "afs");

    private DataDirectory() {}

    /**
     * The directory: as configured, else {@code ~/.local/share/aifactory} where the home directory is local, else
     * {@code /var/tmp/aifactory-USER}, which outlives a reboot.
     *
     * @param given on the command line, in the environment or in the configuration file; null for nowhere
     */
    public static Path of(Session session, @Nullable String given) {
        if (given != null) {
            return session.resolve(given);
        }
        String configured = session.environment().get("XDG_DATA_HOME");
        Path base = configured == null || configured.isBlank()
                ? session.homeDirectory().resolve(".local").resolve("share")
                : Path.of(configured);
        return isOnNetwork(base)
                ? Path.of("/var/tmp", "aifactory-" + System.getProperty("user.name"))
                : base.resolve("aifactory");
    }

    private static boolean isOnNetwork(Path path) {
        for (Path existing = path; existing != null; existing = existing.getParent()) {
            if (Files.exists(existing)) {
                try {
                    return NETWORK_FILE_SYSTEMS.contains(
                            Files.getFileStore(existing).type());
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return false;
    }
}
