package aifactory.commandline.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeLimitTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"duration\": \"20s\", \"concurrency\": 4} | 6",
                "{\"duration\": \"10m\", \"concurrency\": 4} | 15",
                "{\"request_count\": 600, \"request_rate\": 10} | 7",
                "{\"request_count\": 600, \"concurrency\": 4} | 65",
                "{} | 6",
            })
    void isLongEnoughForTheRun(String workload, int minutes) throws InvalidWorkloadException {
        WorkloadRequest request = JsonFormat.mapper().readValue(workload, WorkloadRequest.class);

        assertThat(TimeLimit.minutesFor(request.toSpecification(2, null))).isEqualTo(minutes);
    }
}
