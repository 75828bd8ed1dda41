package aifactory.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.HeterogeneousJobs.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One job out of the rows of its components. */
final class HeterogeneousJobsTest {
    private static JobObservation job(long id, JobState state, @Nullable String reason, String nodes) {
        return job(id, state, reason, nodes, JobObservation.Source.QUEUE);
    }

    private static JobObservation job(
            long id, JobState state, @Nullable String reason, String nodes, JobObservation.Source source) {
        return new JobObservation(
                new JobId(id),
                "benchmark",
                state,
                state.name(),
                reason,
                "p" + id,
                null,
                null,
                null,
                nodes,
                null,
                -1,
                source);
    }

    @ParameterizedTest
    @CsvSource({
        "7+1,7,1",
        "7+0,7,0",
        "7+12.batch,7,12",
        "8,8,-1",
        "8.0,8,-1",
        "7+,8,-1",
        "+1,8,-1",
        "x+1,8,-1",
        "7_2,8,-1"
    })
    void anIdWithAnOffsetIsThatOfAComponent(String displayed, long leader, int offset) {
        Row row = Row.of(displayed, job(8, JobState.PENDING, null, ""));
        assertThat(row.leader()).isEqualTo(new JobId(leader));
        assertThat(row.offset()).isEqualTo(offset);
    }

    @Test
    void theOrderOfTheRowsDoesNotMatter() {
        List<Row> rows = new ArrayList<>(List.of(
                Row.of("7+0", job(7, JobState.RUNNING, null, "node001")),
                Row.of("7+1", job(8, JobState.RUNNING, null, "node[002-003]")),
                Row.of("7+2", job(9, JobState.RUNNING, null, "node004")),
                Row.of("12", job(12, JobState.PENDING, "Priority", ""))));
        Random random = new Random(23);
        for (int round = 0; round < 24; round++) {
            Collections.shuffle(rows, random);
            List<JobObservation> jobs = HeterogeneousJobs.merge(rows);
            assertThat(jobs).extracting(job -> job.id().number()).containsExactlyInAnyOrder(7L, 12L);
            JobObservation whole = jobs.stream()
                    .filter(job -> job.id().number() == 7)
                    .findFirst()
                    .orElseThrow();
            assertThat(whole.nodes()).isEqualTo("node001,node[002-003],node004");
            assertThat(whole.components()).extracting(JobComponent::offset).containsExactly(0, 1, 2);
            assertThat(whole.components()).extracting(JobComponent::partition).containsExactly("p7", "p8", "p9");
        }
    }

    @Test
    void theLastOfSeveralRowsOfAComponentCounts() {
        List<JobObservation> jobs = HeterogeneousJobs.merge(List.of(
                Row.of("7+1", job(8, JobState.RESIZING, null, "node[002-003]")),
                Row.of("7+0", job(7, JobState.RUNNING, null, "node001")),
                Row.of("7+1", job(8, JobState.RUNNING, null, "node002"))));
        assertThat(jobs).hasSize(1);
        assertThat(jobs.getFirst().nodes()).isEqualTo("node001,node002");
    }

    /** What the first component, the second component and the source make of the job. */
    @ParameterizedTest
    @CsvSource({
        "PENDING,    PENDING,    QUEUE,      PENDING",
        "RUNNING,    RUNNING,    QUEUE,      RUNNING",
        "RUNNING,    NODE_FAIL,  QUEUE,      RUNNING",
        "RUNNING,    CANCELLED,  CONTROLLER, RUNNING",
        "RUNNING,    COMPLETED,  ACCOUNTING, RUNNING",
        "COMPLETING, CANCELLED,  QUEUE,      COMPLETING",
        "CANCELLED,  COMPLETING, QUEUE,      COMPLETING",
        "COMPLETED,  RUNNING,    CONTROLLER, COMPLETING",
        "COMPLETED,  RUNNING,    ACCOUNTING, COMPLETED",
        "TIMEOUT,    TIMEOUT,    QUEUE,      TIMEOUT",
        "FAILED,     COMPLETED,  ACCOUNTING, FAILED",
        "PREEMPTED,  PREEMPTED,  ACCOUNTING, PREEMPTED",
        "REVOKED,    REVOKED,    QUEUE,      REVOKED",
    })
    void theFirstComponentDecides(JobState first, JobState second, JobObservation.Source source, JobState whole) {
        JobObservation job = HeterogeneousJobs.merge(List.of(
                        Row.of("7+1", job(8, second, null, "node002", source)),
                        Row.of("7+0", job(7, first, null, "node001", source))))
                .getFirst();
        assertThat(job.state()).isEqualTo(whole);
        if (first == JobState.RUNNING && second.isTerminal()) {
            assertThat(job.nodes()).isEqualTo("node001");
        }
    }

    @Test
    void aComponentWithoutItsFirstIsStillOfThatJob() {
        JobObservation job = HeterogeneousJobs.merge(
                        List.of(Row.of("7+1", job(8, JobState.COMPLETING, null, "node002"))))
                .getFirst();
        assertThat(job.id()).isEqualTo(new JobId(7));
        assertThat(job.state()).isEqualTo(JobState.COMPLETING);
    }
}
