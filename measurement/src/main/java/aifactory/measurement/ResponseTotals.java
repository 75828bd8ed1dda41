package aifactory.measurement;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the responses of a run reported about themselves, added up: finish reasons, remarks, and the server's counts of
 * tokens next to the client's counts.
 *
 * <p>Not thread-safe.
 */
public final class ResponseTotals {
    /** Finish reasons beyond are counted together under {@link #OTHERS}. */
    public static final int MOST_FINISH_REASONS = 32;

    public static final String OTHERS = "others";

    private final SortedMap<String, Long> finishReasons = new TreeMap<>();
    private final Map<ResponseRemark, Long> remarks = new EnumMap<>(ResponseRemark.class);
    private long skippedEvents;
    private long unknownTokenRequests;
    private long comparedRequests;
    private long comparedUsageTokens;
    private long comparedCountedTokens;
    private long countedRequests;
    private long countedTokens;
    private DocumentCounts documents = DocumentCounts.NONE;
    private boolean countedByTokenizer;
    private boolean countedByChunks;

    /** Adds a request that has completed or failed. */
    void add(RequestRecord record) {
        ResponseDetails response = record.response();
        if (response == null) {
            return;
        }
        if (response.finishReason() != null) {
            for (String reason : response.finishReason().split(",")) {
                boolean room = finishReasons.containsKey(reason) || finishReasons.size() < MOST_FINISH_REASONS;
                finishReasons.merge(room ? reason : OTHERS, 1L, Long::sum);
            }
        }
        documents = documents.plus(record);
        skippedEvents += response.skippedEvents();
        response.remarks().forEach(remark -> remarks.merge(remark, 1L, Long::sum));
        if (record.outcome() == RequestOutcome.COMPLETED) {
            addTokens(record, response);
        }
    }

    private void addTokens(RequestRecord record, ResponseDetails response) {
        if (record.tokenSource() == null) {
            unknownTokenRequests++;
        }
        Integer counted = response.countedOutputTokens();
        if (counted == null) {
            return;
        }
        countedRequests++;
        countedTokens += counted;
        countedByTokenizer |= response.countedBy() == TokenSource.TOKENIZER;
        countedByChunks |= response.countedBy() == TokenSource.CHUNKS;
        if (response.usageOutputTokens() != null) {
            comparedRequests++;
            comparedUsageTokens += response.usageOutputTokens();
            comparedCountedTokens += counted;
        }
    }

    /** How many requests ended for which reason, completed ones and failed ones. */
    public SortedMap<String, Long> finishReasons() {
        return Collections.unmodifiableSortedMap(finishReasons);
    }

    /** How many requests have a remark. */
    public Map<ResponseRemark, Long> remarks() {
        return Collections.unmodifiableMap(remarks);
    }

    /** Server-sent events that carried nothing that is measured. */
    public long skippedEvents() {
        return skippedEvents;
    }

    /** Documents that were checked against the requested schema. */
    public DocumentCounts documents() {
        return documents;
    }

    /** Completed requests whose output tokens are known by no source. */
    public long unknownTokenRequests() {
        return unknownTokenRequests;
    }

    /** Completed requests for which there is both the server's count and one made here. */
    public long comparedRequests() {
        return comparedRequests;
    }

    /** The server's own counts of the {@linkplain #comparedRequests() compared requests}, believed or not. */
    public long comparedUsageTokens() {
        return comparedUsageTokens;
    }

    /** The counts made here of the {@linkplain #comparedRequests() compared requests}. */
    public long comparedCountedTokens() {
        return comparedCountedTokens;
    }

    /** Completed requests whose output tokens were counted here. */
    public long countedRequests() {
        return countedRequests;
    }

    /** Output tokens as counted here, of all completed requests for which that was possible. */
    public long countedTokens() {
        return countedTokens;
    }

    /** How they were counted; the less certain way where there were both, null where nothing was counted. */
    public @Nullable TokenSource countedBy() {
        if (countedByChunks) {
            return TokenSource.CHUNKS;
        }
        return countedByTokenizer ? TokenSource.TOKENIZER : null;
    }
}
