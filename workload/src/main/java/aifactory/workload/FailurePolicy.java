package aifactory.workload;

import org.jspecify.annotations.Nullable;

/**
 * How a load answers to requests that fail.
 *
 * @param backoff whether a closed loop's slot waits after a request that failed quickly; open loops never do
 * @param maxErrors the run ends once more requests than that have failed; null for no such end
 * @param maxErrorRate the run ends once more than that share of the latest requests has failed, 0 to 1; null for no
 *      such end
 */
public record FailurePolicy(
        boolean backoff, @Nullable Long maxErrors, @Nullable Double maxErrorRate) {
    /** Slots back off, and no number of failures ends the run. */
    public static final FailurePolicy DEFAULT = new FailurePolicy(true, null, null);
}
