package aifactory.service.observation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.RunResult;
import org.junit.jupiter.api.Test;

class ServerExpositionTest {
    @Test
    void readsWhatVllmTells() {
        ServerExposition told = ServerExposition.parse("""
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="a} b"} 12.0
            vllm:num_requests_running{engine="1",model_name="a} b"} 3.0
            vllm:num_requests_waiting{engine="0",model_name="a} b"} 4.0
            vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.5
            vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.7
            vllm:num_preemptions_total{engine="0",model_name="m"} 2.0
            vllm:request_success_total{engine="0",finished_reason="stop"} 100.0
            vllm:request_success_total{engine="0",finished_reason="length"} 30.0
            vllm:prefix_cache_queries_total{engine="0"} 4000.0
            vllm:prefix_cache_hits_total{engine="0"} 1500.0
            vllm:num_preemptions_created{engine="0",model_name="m"} 1.7e+09
            """);

        assertThat(told).isEqualTo(new ServerExposition(15.0, 4.0, 0.6, 2.0, 130.0, 4000.0, 1500.0));
    }

    @Test
    void readsWhatLlamaCppTells() {
        ServerExposition told = ServerExposition.parse(
                "llamacpp:requests_processing 1\nllamacpp:requests_deferred 0 1764115200000\nother 5\n");

        assertThat(told).isEqualTo(new ServerExposition(1.0, 0.0, null, null, null, null, null));
    }

    @Test
    void passesOverWhatIsNoExposition() {
        assertThat(ServerExposition.parse("").isEmpty()).isTrue();
        assertThat(ServerExposition.parse("<html>vllm:num_requests_running</html>")
                        .isEmpty())
                .isTrue();
        assertThat(ServerExposition.parse("vllm:num_requests_running\nvllm:num_requests_waiting{a=\"}\nvllm:"
                                + "num_requests_running{} NaN\nvllm:num_requests_running -1\n\u0000\ufffd")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aLongCourseIsThinnedOutAndKeepsItsEnds() {
        ServerCourse course = new ServerCourse(0, "http://a");
        int asked = 5 * ServerCourse.MOST_SAMPLES;
        for (int second = 0; second < asked; second++) {
            course.add(second, new ServerExposition((double) second, null, null, null, null, null, null));
        }

        RunResult.ServerMetrics told = course.told();

        assertThat(told.samples()).hasSizeBetween(ServerCourse.MOST_SAMPLES / 2, ServerCourse.MOST_SAMPLES);
        assertThat(told.samples().getFirst().second()).isZero();
        assertThat(told.samples().getLast().second()).isGreaterThan(asked - 10);
        assertThat(told.samples())
                .allSatisfy(sample -> assertThat(sample.running()).isEqualTo(sample.second()));
    }

    @Test
    void preemptionsCountFromTheRunsBeginAndOverARestart() {
        ServerCourse course = new ServerCourse(0, "http://a");
        for (double total : new double[] {40, 42, 1, 3}) {
            course.add(total, new ServerExposition(null, null, null, total, total * 2, null, null));
        }

        assertThat(course.told().samples())
                .extracting(RunResult.ServerSample::preemptions)
                .containsExactly(0.0, 2.0, 1.0, 3.0);
        assertThat(course.told().samples())
                .extracting(RunResult.ServerSample::requestsFinished)
                .containsExactly(0.0, 4.0, 2.0, 6.0);
    }

    @Test
    void theFirstProblemIsKept() {
        ServerCourse course = new ServerCourse(3, "http://a");
        course.fail("one");
        course.fail("two");

        assertThat(course.told().problem()).isEqualTo("one");
        assertThat(course.told().number()).isEqualTo(3);
    }
}
