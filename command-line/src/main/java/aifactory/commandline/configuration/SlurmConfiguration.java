package aifactory.commandline.configuration;

import aifactory.commandline.failure.CommandFailure;
import aifactory.service.dispatch.slurm.SlurmSite;
import aifactory.slurm.job.Gpu;
import aifactory.slurm.job.InvalidJobException;
import aifactory.slurm.job.JobTemplate;
import aifactory.slurm.job.Launch;
import aifactory.slurm.job.Profile;
import aifactory.slurm.job.Profiles;
import aifactory.slurm.job.SiteConventions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The sections {@code profiles} and {@code slurm} of the configuration file: what a site has decided about jobs.
 *
 * @param profiles the built-in ones and the site's
 * @param launch how the nodes start the program; null to copy it into the shared directory
 * @param javaHome of the Java on the nodes; null for the one that this process runs on
 * @param profileContainers the containers of profiles that name one
 * @param templates batch scripts of the site by name
 * @param requeue whether Slurm may put jobs back into its queue
 * @param clientPort that clients listen on
 * @param clientInterface the network interface whose address clients take; null for that of the route to the service
 * @param passedEnvironment variables that Slurm's commands and the job get in addition to the usual ones
 * @param cluster the one of several clusters that jobs go to; null for that of this machine
 * @param javaHomes of the Java on nodes of other architectures, by what {@code uname -m} prints there
 * @param conventions how jobs are written here
 * @param restAddress of slurmrestd, {@code http://HOST:6820}; null where none is named
 * @param restUser of the token; null for the user of this process
 * @param restVersion of slurmrestd's interface; null for the newest
 * @param restToken from the configuration file; null for none
 * @param account of jobs where nothing else names one; null for Slurm's default
 * @param restTokenFile a file of mode 0600 with a token for it; null for {@code SLURM_JWT}, or one that {@code
 *     scontrol token} makes
 */
public record SlurmConfiguration(
        Profiles profiles,
        @Nullable Launch launch,
        @Nullable Path javaHome,
        Map<String, Launch> containers,
        Map<String, String> profileContainers,
        Map<String, JobTemplate> templates,
        boolean requeue,
        int clientPort,
        @Nullable String clientInterface,
        List<String> passedEnvironment,
        @Nullable String cluster,
        Map<String, Path> javaHomes,
        SiteConventions conventions,
        @Nullable String restAddress,
        @Nullable Path restTokenFile,
        @Nullable String restUser,
        @Nullable String restVersion,
        @Nullable String restToken,
        @Nullable String account) {
    static final String SECTION = "slurm";
    static final String PROFILES = "profiles";

    private static final int DEFAULT_CLIENT_PORT = 9000;
    private static final long LARGEST_TEMPLATE_BYTES = 1 << 20;
    private static final List<String> KEYS = SlurmKeys.names(SlurmKeys.SECTION);
    private static final List<String> CONTAINER_KEYS = SlurmKeys.names(SlurmKeys.CONTAINER);
    private static final List<String> PROFILE_KEYS = SlurmKeys.names(SlurmKeys.PROFILE);

    /** Reads the sections; errors are reported with the file, the key and the remedy. */
    static SlurmConfiguration of(Path file, JsonNode profiles, JsonNode slurm, @Nullable String apptainerBind) {
        Section section = new Section(file, SECTION + ".", slurm, KEYS);
        try {
            Map<String, Launch> containers = containers(section, apptainerBind);
            return new SlurmConfiguration(
                    profiles(file, profiles),
                    launch(section, containers),
                    section.path("java_home"),
                    containers,
                    profileContainers(file, profiles, containers),
                    templates(section),
                    Boolean.TRUE.equals(section.flag("requeue")),
                    port(section),
                    clientInterface(section),
                    section.texts("pass_environment"),
                    cluster(section),
                    javaHomes(section),
                    conventions(section),
                    restAddress(section),
                    section.path("rest_token_file"),
                    section.text("user_name"),
                    section.text("api_ver"),
                    token(section),
                    section.text("account"));
        } catch (InvalidJobException e) {
            throw CommandFailure.wrongInput(file + ": " + e.getMessage());
        }
    }

    private static @Nullable String restAddress(Section section) {
        String address = section.text("rest_address");
        String url = section.text("url");
        if (address != null && url != null && !address.equals(url)) {
            throw CommandFailure.wrongInput(section.file() + ": slurm.rest_address is '" + address + "' and slurm.url '"
                    + url + "': keep one of them");
        }
        return address == null ? url : address;
    }

    /** A token in a file that others can read is no secret any more. */
    private static @Nullable String token(Section section) {
        String token = section.text("jwt");
        if (token == null) {
            return null;
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(section.file());
            if (permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"))) {
                throw CommandFailure.wrongInput(section.file() + " has slurm.jwt and is open to others ("
                        + PosixFilePermissions.toString(permissions)
                        + "): run chmod 600 on it, and make a new token if others may have read it");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw CommandFailure.wrongInput(section.file() + " has slurm.jwt, and who can read the file is not known: "
                    + e.getMessage() + "; use slurm.rest_token_file");
        }
        return token;
    }

    private static @Nullable String clientInterface(Section section) {
        String name = section.text("client_interface");
        // A longer name is not possible on Linux.
        if (name != null && !name.matches("[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}")) {
            throw CommandFailure.wrongInput(section.file() + ": slurm.client_interface is '" + name
                    + "': give the name of a network interface, such as ib0 or hsn0");
        }
        return name;
    }

    private static @Nullable String cluster(Section section) {
        String cluster = section.text("cluster");
        if (cluster != null && !cluster.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")) {
            throw CommandFailure.wrongInput(section.file() + ": slurm.cluster is '" + cluster
                    + "': give the name of one cluster, as sacctmgr show clusters prints it");
        }
        return cluster;
    }

    private static Map<String, Path> javaHomes(Section section) {
        Map<String, Path> homes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : section.mapping("java_homes").entrySet()) {
            String home = entry.getValue().asString("");
            if (!entry.getKey().matches("[a-z0-9_]{1,32}") || !home.startsWith("/")) {
                throw CommandFailure.wrongInput(section.file() + ": slurm.java_homes." + entry.getKey() + " is '" + home
                        + "': give an absolute path for each architecture that uname -m prints, such as aarch64");
            }
            homes.put(entry.getKey(), Path.of(home));
        }
        return homes;
    }

    private static SiteConventions conventions(Section section) throws InvalidJobException {
        SiteConventions conventions = new SiteConventions(
                Boolean.TRUE.equals(section.flag("gpus_per_node")),
                section.texts("modules"),
                section.path("module_initialization"));
        conventions.validate();
        return conventions;
    }

    private static Profiles profiles(Path file, JsonNode node) throws InvalidJobException {
        Map<String, Profile> own = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                Section.mapping(file, PROFILES, node).entrySet()) {
            Section section = new Section(file, PROFILES + "." + entry.getKey() + ".", entry.getValue(), PROFILE_KEYS);
            List<String> extra = section.texts("extra_directives");
            own.put(
                    entry.getKey(),
                    new Profile(
                            section.text("partition"),
                            section.text("qos"),
                            section.text("account"),
                            section.text("gres"),
                            section.text("constraint"),
                            section.number("cpus_per_task"),
                            section.text("mem"),
                            section.flag("exclusive"),
                            section.text("reservation"),
                            section.text("nodelist"),
                            extra.isEmpty() ? null : extra));
        }
        return Profiles.builtIn().with(own);
    }

    private static Map<String, String> profileContainers(Path file, JsonNode profiles, Map<String, Launch> containers) {
        Map<String, String> named = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                Section.mapping(file, PROFILES, profiles).entrySet()) {
            String place = PROFILES + "." + entry.getKey() + ".";
            String container = new Section(file, place, entry.getValue(), PROFILE_KEYS).text("container");
            if (container == null) {
                continue;
            }
            if (!container.equals(SlurmSite.NATIVE) && !containers.containsKey(container)) {
                throw CommandFailure.wrongInput(file + ": " + place + "container is '" + container
                        + "', which slurm.containers does not define; defined are: " + containers.keySet()
                        + ", and native for none");
            }
            named.put(entry.getKey(), container);
        }
        return named;
    }

    private static @Nullable Launch launch(Section section, Map<String, Launch> containers) {
        String program = section.text("program");
        Path tarball = section.path("tarball");
        String container = section.text("container");
        int given = (program == null ? 0 : 1) + (tarball == null ? 0 : 1) + (container == null ? 0 : 1);
        if (given > 1) {
            throw CommandFailure.wrongInput(
                    section.file() + ": slurm.program, slurm.tarball and slurm.container each say"
                            + " how the nodes start the program; keep one of them");
        }
        if (program != null) {
            return new Launch.Native(program);
        }
        if (tarball != null) {
            return new Launch.Tarball(tarball, section.text("sha256"), section.path("local_directory"));
        }
        if (container == null) {
            return null;
        }
        Launch found = containers.get(container);
        if (found == null) {
            throw CommandFailure.wrongInput(section.file() + ": slurm.container is '" + container
                    + "', which slurm.containers does not define; defined are: " + containers.keySet());
        }
        return found;
    }

    private static Map<String, Launch> containers(Section section, @Nullable String apptainerBind)
            throws InvalidJobException {
        Map<String, Launch> containers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : section.mapping("containers").entrySet()) {
            String place = SECTION + ".containers." + entry.getKey() + ".";
            Section container = new Section(section.file(), place, entry.getValue(), CONTAINER_KEYS);
            if (entry.getKey().equals(SlurmSite.NATIVE)) {
                throw CommandFailure.wrongInput(
                        section.file() + ": no container can be called 'native', which means none:"
                                + " give slurm.containers.native another name");
            }
            containers.put(entry.getKey(), container(container, place, apptainerBind));
        }
        return containers;
    }

    private static Launch container(Section container, String place, @Nullable String apptainerBind)
            throws InvalidJobException {
        String runtime = orElse(container.text("runtime"), "apptainer");
        if (container.text("image") == null) {
            throw CommandFailure.wrongInput(container.file() + ": " + place + "image is missing: name a SIF file");
        }
        return switch (runtime) {
            case "apptainer" ->
                new Launch.Container(
                        Objects.requireNonNull(container.path("image"), "an image is named"),
                        container.text("sha256"),
                        orElse(container.text("apptainer"), "apptainer"),
                        orElse(container.text("program"), "aifactory"),
                        binds(container, apptainerBind),
                        gpu(container),
                        container.path("local_directory"));
            case "pyxis" ->
                new Launch.Pyxis(
                        String.valueOf(container.text("image")),
                        container.text("sha256"),
                        orElse(container.text("program"), "aifactory"),
                        binds(container, null));
            default ->
                throw CommandFailure.wrongInput(
                        container.file() + ": " + place + "runtime is '" + runtime + "': give apptainer or pyxis");
        };
    }

    private static List<Launch.Bind> binds(Section container, @Nullable String apptainerBind)
            throws InvalidJobException {
        List<String> texts = new ArrayList<>(container.texts("binds"));
        if (texts.isEmpty() && apptainerBind != null && !apptainerBind.isBlank()) {
            texts.add(apptainerBind);
        }
        List<Launch.Bind> binds = new ArrayList<>();
        for (String text : texts) {
            binds.addAll(Launch.Bind.parse(text));
        }
        return binds;
    }

    private static Gpu gpu(Section container) {
        String text = orElse(container.text("gpu"), "none");
        return switch (text) {
            case "none" -> Gpu.NONE;
            case "nvidia" -> Gpu.NVIDIA;
            case "amd" -> Gpu.AMD;
            default ->
                throw CommandFailure.wrongInput(container.file() + ": " + container.prefix() + "gpu is '" + text
                        + "': give none, nvidia or amd");
        };
    }

    private static Map<String, JobTemplate> templates(Section section) throws InvalidJobException {
        Map<String, JobTemplate> templates = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : section.mapping("templates").entrySet()) {
            Path file = section.file().resolveSibling(entry.getValue().asString());
            try {
                if (Files.size(file) > LARGEST_TEMPLATE_BYTES) {
                    throw new IOException("larger than " + LARGEST_TEMPLATE_BYTES + " bytes");
                }
                templates.put(entry.getKey(), JobTemplate.of(entry.getKey(), Files.readString(file)));
            } catch (IOException e) {
                throw CommandFailure.wrongInput(section.file() + ": the job template slurm.templates." + entry.getKey()
                        + " cannot be read: " + e.getMessage());
            }
        }
        return templates;
    }

    private static int port(Section section) {
        Integer port = section.number("client_port");
        if (port == null) {
            return DEFAULT_CLIENT_PORT;
        }
        if (port < 1 || port > 65_535) {
            throw CommandFailure.wrongInput(
                    section.file() + ": slurm.client_port is " + port + ": give a number from 1 to 65535");
        }
        return port;
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
