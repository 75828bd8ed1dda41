package aifactory.workload;

import org.jspecify.annotations.Nullable;

/**
 * How requests get to an AI server and are accepted there, in addition to its address, its trust and a key file.
 * Nothing here is a secret: a key is read from where this says, by the process that needs it.
 *
 * @param path of the load's requests below the server's address, with its query; null for the endpoint's own
 * @param proxy {@code http://HOST:PORT} of an HTTP proxy; null for none
 * @param apiKeyEnv environment variable of the client process with the key; null for none
 * @param apiKeyCommand shell command whose standard output is the key, run by the client process; null for none
 * @param apiKeyHeader header that carries the key; null for {@code Authorization}
 * @param apiKeyScheme precedes the key in its header: {@code Bearer}, {@code Basic}, another, or {@code none}; null
 *     for {@code Bearer} in {@code Authorization} and none in other headers
 */
public record ServerAccess(
        @Nullable String path,
        @Nullable String proxy,
        @Nullable String apiKeyEnv,
        @Nullable String apiKeyCommand,
        @Nullable String apiKeyHeader,
        @Nullable String apiKeyScheme) {
    /** The endpoint's own path, no proxy, and no key but one from a file. */
    public static final ServerAccess DEFAULT = new ServerAccess(null, null, null, null, null, null);
}
