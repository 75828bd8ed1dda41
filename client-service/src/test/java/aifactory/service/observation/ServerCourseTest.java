package aifactory.service.observation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.RunResult;
import aifactory.servermetrics.EngineTable;
import aifactory.servermetrics.ServerReading;
import org.junit.jupiter.api.Test;

class ServerCourseTest {
    private static ServerReading reading(String text) {
        return EngineTable.builtIn().read(text).orElseThrow();
    }

    @Test
    void aLongCourseIsThinnedOutAndKeepsItsEnds() {
        ServerCourse course = new ServerCourse(0, "http://a");
        int asked = 5 * ServerCourse.MOST_SAMPLES;
        for (int second = 0; second < asked; second++) {
            course.add(second, reading("vllm:num_requests_running " + second));
        }

        RunResult.ServerMetrics told = course.told();

        assertThat(told.engine()).isEqualTo("vLLM");
        assertThat(told.samples()).hasSizeBetween(ServerCourse.MOST_SAMPLES / 2, ServerCourse.MOST_SAMPLES);
        assertThat(told.samples().getFirst().second()).isZero();
        assertThat(told.samples().getLast().second()).isGreaterThan(asked - 10);
        assertThat(told.samples())
                .allSatisfy(sample -> assertThat(sample.running()).isEqualTo(sample.second()));
    }

    @Test
    void countersGrowFromTheRunsBeginAndOverARestart() {
        ServerCourse course = new ServerCourse(0, "http://a");
        for (int total : new int[] {40, 42, 1, 3}) {
            course.add(
                    total,
                    reading("vllm:num_preemptions_total " + total + "\nvllm:request_success_total " + 2 * total));
        }

        assertThat(course.told().samples())
                .extracting(RunResult.ServerSample::preemptions)
                .containsExactly(0.0, 2.0, 3.0, 5.0);
        assertThat(course.told().samples())
                .extracting(RunResult.ServerSample::requestsFinished)
                .containsExactly(0.0, 4.0, 6.0, 10.0);
    }

    @Test
    void durationsAreThoseOfTheRunAlsoOverARestart() {
        ServerCourse course = new ServerCourse(0, "http://a");
        course.add(0, durations(100, 50));
        course.add(1, durations(110, 52));
        course.add(2, durations(4, 1));

        RunResult.ServerDurations queue = course.told().durations().getFirst();
        assertThat(queue.figure()).isEqualTo("queue_time");
        assertThat(queue.count()).isEqualTo(14);
        assertThat(queue.sumS()).isEqualTo(3);
        assertThat(queue.buckets())
                .containsExactly(new RunResult.DurationBucket(0.3, 14), new RunResult.DurationBucket(null, 14));
        assertThat(course.told().samples().getLast().more())
                .containsEntry("queue_time_s", 3.0)
                .containsEntry("queue_time_count", 14.0);
    }

    private static ServerReading durations(int count, int sum) {
        String name = "vllm:request_queue_time_seconds";
        return reading(name + "_bucket{le=\"0.3\"} " + count + "\n" + name + "_bucket{le=\"+Inf\"} " + count + "\n"
                + name + "_count " + count + "\n" + name + "_sum " + sum);
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
