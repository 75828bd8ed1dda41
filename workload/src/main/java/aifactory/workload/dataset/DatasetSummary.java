package aifactory.workload.dataset;

import aifactory.workload.DatasetReference.Format;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset contains.
 *
 * @param timeUnit as which times were read; null where there are none
 * @param entries of the files, usable or not
 * @param requests that are sent before the first one is repeated
 * @param badEntries broken, not sent
 * @param leftOutEntries correct, with nothing to send
 * @param problems the first entries of both kinds with the reasons, and other notes
 * @param arrivals null for a dataset without times
 * @param lengthSource how the lengths are known, such as "recorded" or "characters / 4"
 * @param outputTokens of the requests that have a number or a recorded response
 */
public record DatasetSummary(
        String path,
        Format format,
        @Nullable String timeUnit,
        String sha256,
        long entries,
        long sessions,
        long requests,
        long badEntries,
        long leftOutEntries,
        List<String> problems,
        @Nullable Arrivals arrivals,
        String lengthSource,
        Distribution inputTokens,
        @Nullable Distribution outputTokens,
        Distribution turns,
        SharedPrefixes sharedPrefixes) {

    /**
     * The starts of sessions over time.
     *
     * @param spanSeconds from the first to the last
     * @param meanPerSecond over the span; 0 for a span of 0
     * @param peakPerSecond in the busiest bucket
     * @param gapVariation standard deviation of the gaps divided by their mean: 0 for equal gaps, 1 for Poisson, more
     *     for bursts
     * @param bucketSeconds length of a bucket
     * @param buckets sessions that start in each
     */
    public record Arrivals(
            double spanSeconds,
            double meanPerSecond,
            double peakPerSecond,
            double gapVariation,
            double bucketSeconds,
            List<Long> buckets) {}

    /** Numbers, such as lengths in tokens. */
    public record Distribution(long count, long min, double mean, long p50, long p90, long p99, long max) {}

    /**
     * Beginnings of prompts that earlier requests had too.
     *
     * @param share of all input tokens: the hit rate of an unlimited prefix cache that is empty at first
     * @param basis how they were found, such as "blocks of 16 tokens"
     */
    public record SharedPrefixes(double share, String basis) {}
}
