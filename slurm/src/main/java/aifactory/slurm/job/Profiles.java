package aifactory.slurm.job;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The profiles of a site by name: the built-in ones, and its own, which may replace them. */
public final class Profiles {
    /** The defaults of every job: the sizes of the base template. */
    public static final Profile DEFAULTS = new Profile(null, null, null, null, null, 4, "8G", null, null, null, null);

    private static final Map<String, Profile> BUILT_IN = Map.of(
            "cpu", new Profile("cpu", "normal", null, null, "skylake", 16, "64G", null, null, null, null),
            "gpu", new Profile("gpu", null, null, "gpu:1", null, 8, "32G", null, null, null, null),
            "dgx", new Profile("dgx", "gpu", null, "gpu:1", "dgx_a100", 8, "32G", null, null, null, null));

    private final Map<String, Profile> byName;

    private Profiles(Map<String, Profile> byName) {
        this.byName = byName;
    }

    public static Profiles builtIn() {
        return new Profiles(BUILT_IN);
    }

    /**
     * These and a site's own.
     *
     * @throws InvalidJobException names the profile and the member at fault
     */
    public Profiles with(Map<String, Profile> own) throws InvalidJobException {
        Map<String, Profile> all = new TreeMap<>(byName);
        for (Map.Entry<String, Profile> entry : own.entrySet()) {
            try {
                entry.getValue().validate();
            } catch (InvalidJobException e) {
                throw new InvalidJobException(
                        "profiles." + entry.getKey() + "." + e.field(),
                        "profile " + entry.getKey() + ": " + e.getMessage());
            }
            all.put(entry.getKey(), entry.getValue());
        }
        return new Profiles(Map.copyOf(all));
    }

    /** All of them, by name. */
    public Map<String, Profile> all() {
        return byName;
    }

    /** @throws InvalidJobException if there is no such profile; the message lists the existing ones */
    public Profile get(String name) throws InvalidJobException {
        Profile profile = byName.get(name);
        if (profile == null) {
            throw new InvalidJobException(
                    "profile",
                    "there is no profile '" + name + "'; there are: "
                            + String.join(", ", new TreeMap<>(byName).keySet()));
        }
        return profile;
    }

    /**
     * What holds for one job. What the request says wins over the profile that it names, that over the environment,
     * that over the defaults.
     *
     * @param name of the profile that the request names, null for none
     * @param environment from {@link #ofEnvironment}
     */
    public Profile effective(@Nullable String name, Profile environment, Profile request) throws InvalidJobException {
        Profile base = DEFAULTS.overriddenBy(environment);
        Profile chosen = name == null ? base : base.overriddenBy(get(name));
        Profile effective = chosen.overriddenBy(request);
        effective.validate();
        return effective;
    }

    /**
     * {@code SLURM_PARTITION}, {@code SLURM_QOS} and {@code SLURM_ACCOUNT} as this system's defaults. They are kept
     * from Slurm's commands, of which {@code srun} reads the same names and {@code sbatch} does not.
     */
    public static Profile ofEnvironment(Map<String, String> environment) {
        return Profile.ofPlace(
                nonEmpty(environment.get("SLURM_PARTITION")),
                nonEmpty(environment.get("SLURM_QOS")),
                nonEmpty(environment.get("SLURM_ACCOUNT")));
    }

    private static @Nullable String nonEmpty(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }
}
