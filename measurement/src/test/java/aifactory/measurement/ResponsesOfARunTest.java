package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The merged response statistics of all clients do not depend on the order of the records. */
class ResponsesOfARunTest {
    private static final long SEED = 20261129;

    private long index;

    private RequestRecord failed(
            int client, String error, @Nullable Integer status, long atNanos, @Nullable String detail) {
        return record(client, RequestOutcome.FAILED, 0, null, status, error, detail, atNanos, ResponseDetails.NONE);
    }

    private RequestRecord completed(int tokens, @Nullable TokenSource source, ResponseDetails response) {
        return record(0, RequestOutcome.COMPLETED, tokens, source, 200, null, null, null, response);
    }

    private RequestRecord record(
            int client,
            RequestOutcome outcome,
            int tokens,
            @Nullable TokenSource source,
            @Nullable Integer status,
            @Nullable String error,
            @Nullable String detail,
            @Nullable Long failedNanos,
            ResponseDetails response) {
        return new RequestRecord(
                index++,
                client,
                0,
                null,
                0,
                RunPhase.MEASURED,
                outcome,
                0,
                0,
                1L,
                null,
                2L,
                3L,
                3L,
                9L,
                5,
                tokens,
                source,
                3,
                1,
                status,
                error,
                detail,
                null,
                null,
                failedNanos,
                response,
                null,
                null);
    }

    private static ResponseDetails response(
            @Nullable String reason, @Nullable Integer usage, @Nullable Integer counted, Set<ResponseRemark> remarks) {
        return new ResponseDetails(
                reason, usage, counted, counted == null ? null : TokenSource.CHUNKS, null, 2, remarks);
    }

    @Test
    void everyCauseHasItsStatusItsNumberItsFirstTimeAndASampleOfTheFirst() {
        List<RequestRecord> records = new ArrayList<>(List.of(
                failed(0, "http_server_error", 503, 900, "HTTP status 503: overloaded"),
                failed(1, "http_server_error", 503, 400, null),
                failed(1, "http_server_error", 503, 500, "HTTP status 503: warming up"),
                failed(0, "http_server_error", 500, 600, "HTTP status 500: CUDA"),
                failed(2, "timeout", null, 30_000, "no complete answer"),
                completed(3, TokenSource.USAGE, response("stop", 3, 3, Set.of()))));
        List<ErrorCause> expected = List.of(
                new ErrorCause("http_server_error", 503, 3, 400, "warming up"),
                new ErrorCause("http_server_error", 500, 1, 600, "CUDA"),
                new ErrorCause("timeout", null, 1, 30_000, "no complete answer"));
        Random random = new Random(SEED);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(records, random);
            RunAggregate aggregate = new RunAggregate(1);
            records.forEach(record -> aggregate.addRecords(List.of(record)));
            assertThat(aggregate.errorCauses().byFrequency())
                    .as("seed %d", SEED)
                    .isEqualTo(expected);
        }
    }

    @Test
    void thereAreNoMoreCausesThanCanBeKept() {
        RunAggregate aggregate = new RunAggregate(1);
        for (int status = 0; status < 500; status++) {
            aggregate.addRecords(List.of(failed(0, "http_unexpected_status", 300 + status, status, "x")));
        }
        List<ErrorCause> causes = aggregate.errorCauses().byFrequency();
        assertThat(causes).hasSize(ErrorCauses.MOST_CAUSES + 1);
        assertThat(causes.getFirst().cause()).isEqualTo(ErrorCauses.OTHERS);
        assertThat(causes.getFirst().count()).isEqualTo(500 - ErrorCauses.MOST_CAUSES);
        assertThat(causes.stream().mapToLong(ErrorCause::count).sum()).isEqualTo(500);
    }

    @Test
    void finishReasonsRemarksAndBothCountsOfTokensAreAddedUp() {
        RunAggregate aggregate = new RunAggregate(1);
        Set<ResponseRemark> mismatch = Set.of(ResponseRemark.USAGE_MISMATCH);
        aggregate.addRecords(List.of(
                completed(10, TokenSource.USAGE, response("stop", 10, 8, Set.of())),
                completed(8, TokenSource.CHUNKS, response("stop,length", 0, 8, mismatch)),
                completed(8, TokenSource.CHUNKS, response(null, null, 8, Set.of())),
                completed(0, null, response("stop", null, null, Set.of(ResponseRemark.COMPRESSED)))));
        ResponseTotals totals = aggregate.responses();

        assertThat(totals.finishReasons()).isEqualTo(Map.of("stop", 3L, "length", 1L));
        assertThat(totals.remarks())
                .isEqualTo(Map.of(ResponseRemark.USAGE_MISMATCH, 1L, ResponseRemark.COMPRESSED, 1L));
        assertThat(totals.skippedEvents()).isEqualTo(8);
        assertThat(totals.unknownTokenRequests()).isEqualTo(1);
        assertThat(totals.countedRequests()).isEqualTo(3);
        assertThat(totals.countedTokens()).isEqualTo(24);
        assertThat(totals.countedBy()).isEqualTo(TokenSource.CHUNKS);
        assertThat(totals.comparedRequests()).isEqualTo(2);
        assertThat(totals.comparedUsageTokens()).isEqualTo(10);
        assertThat(totals.comparedCountedTokens()).isEqualTo(16);
    }

    @Test
    void thereAreNoMoreFinishReasonsThanCanBeKept() {
        RunAggregate aggregate = new RunAggregate(1);
        for (int i = 0; i < 100; i++) {
            aggregate.addRecords(List.of(completed(1, TokenSource.USAGE, response("reason" + i, 1, 1, Set.of()))));
        }
        assertThat(aggregate.responses().finishReasons())
                .hasSize(ResponseTotals.MOST_FINISH_REASONS + 1)
                .containsEntry(ResponseTotals.OTHERS, 100L - ResponseTotals.MOST_FINISH_REASONS);
    }
}
