package aifactory.service.runs;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import aifactory.protocol.RunSummary.EarlyEnd;
import aifactory.workload.FailurePolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ErrorLimitsTest {
    private static final String SERVER = "http://node7:8000";

    @Test
    void nothingEndsARunThatAsksForNoLimit() {
        ErrorLimits limits = limits(null, null);
        add(limits, 1, 0, 1_000_000);

        assertThat(limits.exceeded()).isNull();
    }

    @Test
    void moreErrorsThanAllowedEndTheRunAndAreNamed() {
        ErrorLimits limits = limits(10L, null);
        add(limits, 1, 500, 6);
        add(limits, 1, 500, 4);
        assertThat(limits.exceeded()).isNull();
        add(limits, 2, 0, 1);

        assertThat(limits.exceeded()).extracting(EarlyEnd::code).isEqualTo("max_errors");
        assertThat(limits.exceeded()).extracting(EarlyEnd::byErrors).isEqualTo(true);
        assertThat(limits.exceeded())
                .extracting(EarlyEnd::reason)
                .asString()
                .contains("11 requests failed", "max_errors 10", "connection_refused 11", SERVER);
    }

    @Test
    void noErrorAtAllMayBeAllowed() {
        ErrorLimits limits = limits(0L, null);
        add(limits, 1, 500, 0);
        assertThat(limits.exceeded()).isNull();
        add(limits, 2, 0, 1);
        assertThat(limits.exceeded()).isNotNull();
    }

    @Test
    void theRateIsThatOfTheLatestRequests() {
        ErrorLimits limits = limits(null, 0.5);
        for (int second = 1; second <= 1000; second++) {
            add(limits, second, 100, 0);
        }
        // The server dies: 100,000 requests of before do not hide it.
        for (int second = 1001; second <= 1005; second++) {
            add(limits, second, 0, 100);
        }
        assertThat(limits.exceeded()).isNull();
        add(limits, 1006, 0, 100);
        add(limits, 1007, 0, 100);

        assertThat(limits.exceeded()).extracting(EarlyEnd::code).isEqualTo("max_error_rate");
    }

    @Test
    void fewRequestsAreJudgedTogetherWithEarlierOnes() {
        ErrorLimits limits = limits(null, 0.5);
        for (int second = 0; second < 19; second++) {
            add(limits, second * 30L, 0, 1);
            assertThat(limits.exceeded()).isNull();
        }
        add(limits, 19 * 30L, 0, 1);

        assertThat(limits.exceeded()).extracting(EarlyEnd::reason).asString().contains("20 of the last 20 requests");
    }

    @Test
    void aShareThatIsAllowedEndsNothing() {
        ErrorLimits limits = limits(null, 0.1);
        for (int second = 1; second <= 100; second++) {
            add(limits, second, 90, 10);
            assertThat(limits.exceeded()).isNull();
        }
        add(limits, 101, 80, 20);
        assertThat(limits.exceeded()).isNotNull();
    }

    @Test
    void theBatchesOfSlowClientsCountWhereTheyBelong() {
        ErrorLimits limits = limits(null, 0.5);
        for (int second = 1; second <= 30; second++) {
            add(limits, second, 100, 0);
        }
        // From long ago: it is not among the latest any more.
        add(limits, 2, 0, 100_000);

        assertThat(limits.exceeded()).isNull();
    }

    private static ErrorLimits limits(@Nullable Long errors, @Nullable Double rate) {
        return new ErrorLimits(new FailurePolicy(true, errors, rate), List.of(SERVER));
    }

    private static void add(ErrorLimits limits, long second, long completed, long failed) {
        limits.add(
                second * 1_000_000_000L,
                new RequestCounts(
                        completed + failed,
                        completed + failed,
                        completed,
                        failed,
                        0,
                        completed,
                        0,
                        0,
                        0,
                        failed == 0 ? Map.of() : Map.of("connection_refused", failed)));
    }
}
