package aifactory.service;

/** Which program this is. */
public record BuildIdentity(String version, String commit) {
    public static final BuildIdentity UNKNOWN = new BuildIdentity("unknown", "unknown");
}
