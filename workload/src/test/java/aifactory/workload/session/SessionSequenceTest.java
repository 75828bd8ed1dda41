package aifactory.workload.session;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.GroupShare;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RateStep;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.SyntheticPrompts;
import aifactory.workload.prompt.SyntheticText;
import aifactory.workload.prompt.SyntheticTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionSequenceTest {
    private static final SyntheticText TEXT = SyntheticTexts.of(0, null);
    private static final int[] CLIENTS = {2, 3, 7, 16, 100, 1000};

    static Stream<Arguments> kindsOfLoad() {
        return Stream.of(
                load("constant", sample -> open(sample, ArrivalPattern.CONSTANT)),
                load("poisson", sample -> open(sample, ArrivalPattern.POISSON)),
                load("gamma 0.3", sample -> {
                    open(sample, ArrivalPattern.GAMMA);
                    sample.burstiness = 0.3;
                }),
                load("gamma 4.5", sample -> {
                    open(sample, ArrivalPattern.GAMMA);
                    sample.burstiness = 4.5;
                }),
                load("bursts", sample -> {
                    open(sample, ArrivalPattern.POISSON);
                    sample.burstSize = 6;
                }),
                load("linear ramp", sample -> ramp(sample, RateStep.RampShape.LINEAR, 0)),
                load("exponential ramp", sample -> ramp(sample, RateStep.RampShape.EXPONENTIAL, 5)),
                load("rate with a cap", sample -> {
                    open(sample, ArrivalPattern.POISSON);
                    sample.concurrency = 5;
                }),
                load("closed loop", sample -> {
                    sample.concurrency = 12;
                    sample.requestCount = 500L;
                }),
                load("sessions", sample -> {
                    open(sample, ArrivalPattern.POISSON);
                    turns(sample);
                }),
                load("sessions up to a count", sample -> {
                    sample.concurrency = 40;
                    sample.requestCount = 501L;
                    turns(sample);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kindsOfLoad")
    void theUnionOfManyClientsIsWhatOneClientHas(String name, Consumer<WorkloadSpecification.Builder> load) {
        for (long seed = 0; seed < 3; seed++) {
            WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
            sample.seed = seed;
            load.accept(sample);
            WorkloadSpecification specification = sample.build();
            SyntheticPrompts prompts = SyntheticPrompts.of(specification, "salt", TEXT);
            List<Session> one = sessions(specification, prompts, new GroupShare(0, 1));
            assertThat(one).hasSizeGreaterThan(100);
            for (int clients : CLIENTS) {
                List<Session> union = new ArrayList<>();
                for (int client = 0; client < clients; client++) {
                    union.addAll(sessions(specification, prompts, new GroupShare(client, clients)));
                }
                union.sort(Comparator.comparingLong(Session::number));
                assertThat(union)
                        .as("%s, seed %d, %d clients", name, seed, clients)
                        .isEqualTo(one);
            }
        }
    }

    @Test
    void theTurnsOfAllSessionsAreNumberedWithoutGapsAndEndWithTheCount() {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.concurrency = 3;
        sample.requestCount = 1000L;
        turns(sample);
        long next = 0;
        for (Session session : sessions(sample.build(), new GroupShare(0, 1))) {
            assertThat(session.firstIndex()).isEqualTo(next);
            next += session.turns();
        }
        assertThat(next).isEqualTo(1000);
    }

    @Test
    void aClientWithoutASlotHasNoSessions() {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        open(sample, ArrivalPattern.POISSON);
        sample.concurrency = 2;

        assertThat(sessions(sample.build(), new GroupShare(1, 4))).isNotEmpty();
        assertThat(sessions(sample.build(), new GroupShare(2, 4))).isEmpty();
    }

    private static Arguments load(String name, Consumer<WorkloadSpecification.Builder> load) {
        return Arguments.of(name, load);
    }

    private static void open(WorkloadSpecification.Builder sample, ArrivalPattern pattern) {
        sample.arrivalPattern = pattern;
        sample.requestRate = 200.0;
        sample.duration = Duration.ofSeconds(2);
    }

    private static void ramp(WorkloadSpecification.Builder sample, RateStep.RampShape shape, double from) {
        sample.arrivalPattern = ArrivalPattern.POISSON;
        sample.steps = List.of(
                new RateStep(from, 200.0, shape, Duration.ofSeconds(2)),
                new RateStep(200, null, RateStep.RampShape.LINEAR, null));
        sample.duration = Duration.ofSeconds(3);
    }

    private static void turns(WorkloadSpecification.Builder sample) {
        sample.conversation =
                new Conversation(LengthDistribution.normal(3, 1), Duration.ofSeconds(1), Duration.ofMillis(300));
    }

    private static List<Session> sessions(WorkloadSpecification specification, GroupShare share) {
        return sessions(specification, SyntheticPrompts.of(specification, "salt", TEXT), share);
    }

    private static List<Session> sessions(WorkloadSpecification specification, PromptSource prompts, GroupShare share) {
        SessionSequence sequence = new SessionSequence(
                specification,
                share,
                prompts,
                specification.arrivalPattern().isOpenLoop() ? ArrivalSchedule.of(specification) : null);
        List<Session> own = new ArrayList<>();
        for (Session session = sequence.next(); session != null; session = sequence.next()) {
            own.add(session);
        }
        return own;
    }
}
