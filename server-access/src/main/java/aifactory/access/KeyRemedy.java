package aifactory.access;

import aifactory.workload.WorkloadSpecification;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The remedy where a server refuses a key. Immutable.
 *
 * @param source what carries the key, as users gave it; null where requests have none
 */
record KeyRemedy(@Nullable String source) {
    private static final String PASS_ONE =
            "pass it with --api-key-file FILE (api_key_file), --api-key-env NAME or --api-key-command COMMAND";

    static KeyRemedy of(WorkloadSpecification load, Map<String, String> headers) {
        Optional<KeySource> source = KeySource.of(load);
        return source.isPresent() ? new KeyRemedy(source.get().given()) : of(headers);
    }

    static KeyRemedy of(Map<String, String> headers) {
        return new KeyRemedy(RequestHeaders.haveKey(headers) ? "the header that carries it (headers)" : null);
    }

    /** The server has refused the key, or the lack of one. */
    String refused() {
        return source == null
                ? "it requires a key; " + PASS_ONE
                : "its key is not valid for this server; check " + source;
    }

    /** Proxies without their database answer 400 or 500 to a key that they cannot look up, and say nothing of keys. */
    String possible() {
        return source == null ? "if it requires a key, " + PASS_ONE : "if it is about the key, check " + source;
    }
}
