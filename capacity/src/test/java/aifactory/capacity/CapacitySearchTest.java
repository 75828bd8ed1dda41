package aifactory.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.capacity.Judgement.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CapacitySearchTest {
    private static final SearchBounds RATES = new SearchBounds(1, 500, 0.03, false, true, 40);

    private record Course(CapacityResult result, List<CapacitySearch.Next.Step> steps) {}

    private record Found(Judgement judgement, double throughput) {}

    private static Course follow(CapacitySearch search, BiFunction<Double, Integer, Found> server) {
        List<CapacitySearch.Next.Step> steps = new ArrayList<>();
        while (true) {
            switch (search.next()) {
                case CapacitySearch.Next.Done(CapacityResult result) -> {
                    return new Course(result, steps);
                }
                case CapacitySearch.Next.Step step -> {
                    steps.add(step);
                    assertThat(steps).hasSizeLessThan(100);
                    assertThat(step.reason()).isNotEmpty();
                    Found found = server.apply(step.load(), step.clients());
                    search.add(step.load(), found.judgement(), found.throughput());
                }
            }
        }
    }

    private static Found exact(double load, double capacity) {
        boolean met = load <= capacity;
        return new Found(
                new Judgement(met ? Verdict.MET : Verdict.OVERLOADED, "by arithmetic"), Math.min(load, capacity));
    }

    @Test
    void theCapacityOfAKnownServerIsFoundInFewStepsWhateverItIs() {
        long seed = 20261126;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            double capacity = Math.exp(random.nextDouble(Math.log(1.01), Math.log(490)));
            Course course = follow(new CapacitySearch(RATES, 1, 1), (load, _) -> exact(load, capacity));
            assertThat(course.result().kind())
                    .as("seed %d, capacity %f", seed, capacity)
                    .isEqualTo(CapacityResult.Kind.FOUND);
            assertThat(course.result().capacity())
                    .isNotNull()
                    .isLessThanOrEqualTo(capacity)
                    .isGreaterThan(capacity * 0.96);
            assertThat(course.result().upper()).isNotNull().isGreaterThan(capacity);
            assertThat(course.steps()).hasSizeLessThan(17);
        }
    }

    @ParameterizedTest
    @EnumSource(SimulatedServer.Kind.class)
    void theCapacityIsFoundForEveryBehaviourBeyondIt(SimulatedServer.Kind kind) {
        assertThat(near(kind, 0)).as("of 100 on a quiet machine").isGreaterThanOrEqualTo(95);
        assertThat(near(kind, 0.2)).as("of 100 on a busy machine").isGreaterThanOrEqualTo(95);
        assertThat(near(kind, 0.3)).as("of 100 on a busier machine").isGreaterThanOrEqualTo(90);
    }

    private static int near(SimulatedServer.Kind kind, double disturbedShare) {
        int near = 0;
        for (long seed = 1; seed <= 100; seed++) {
            double serviceSeconds = new SplittableRandom(seed).nextDouble(0.06, 0.2);
            SimulatedServer server = new SimulatedServer(kind, serviceSeconds, disturbedShare, seed);
            StepJudge judge = new StepJudge(null, 0.01);
            Course course =
                    follow(new CapacitySearch(new SearchBounds(5, 500, 0.03, false, true, 60), 1, 1), (load, _) -> {
                        StepFigures figures = server.step(load, 10);
                        return new Found(judge.judge(figures), figures.throughput());
                    });
            Double capacity = course.result().capacity();
            near += capacity != null && Math.abs(capacity / server.capacity() - 1) <= 0.05 ? 1 : 0;
        }
        return near;
    }

    @Test
    void wholeNumbersAreNeverAskedTwice() {
        for (int capacity = 1; capacity <= 130; capacity++) {
            for (int lowest = 1; lowest <= 5; lowest++) {
                double carried = capacity;
                Course course = follow(
                        new CapacitySearch(new SearchBounds(lowest, 128, 0.01, true, false, 40), 1, 1),
                        (load, _) -> exact(load, carried));
                assertThat(course.steps().stream().map(CapacitySearch.Next.Step::load))
                        .as("%d from %d", capacity, lowest)
                        .doesNotHaveDuplicates()
                        .allMatch(load -> load == Math.rint(load) && load >= 1 && load <= 128);
                if (capacity >= lowest) {
                    assertThat(course.result().capacity()).isEqualTo(Math.min(128, capacity));
                }
            }
        }
    }

    @Test
    void aServerThatDoesNotComeBackLeavesWhatIsKnown() {
        CapacitySearch search = new CapacitySearch(RATES, 1, 1);
        search.add(1, new Judgement(Verdict.MET, ""), 1);
        search.add(2, new Judgement(Verdict.OVERLOADED, "refused"), 0.1);
        CapacityResult lost = search.lostServer("it does not answer since the step at 2");
        assertThat(lost.kind()).isEqualTo(CapacityResult.Kind.SERVER_LOST);
        assertThat(lost.capacity()).isEqualTo(1);
        assertThat(lost.upper()).isEqualTo(2);
        assertThat(lost.sentence()).contains("at least 1 and below 2", "since the step at 2");
    }

    @Test
    void wholeNumbersEndAtNeighbours() {
        Course course = follow(
                new CapacitySearch(new SearchBounds(1, 64, 0.01, true, false, 40), 1, 1),
                (load, _) -> exact(load, 11.5));
        assertThat(course.result().capacity()).isEqualTo(11);
        assertThat(course.result().upper()).isEqualTo(12);
    }

    @Test
    void whatLiesOutsideIsSaidAndNotGuessed() {
        Course above = follow(new CapacitySearch(RATES, 1, 1), (load, _) -> exact(load, 1000));
        assertThat(above.result().kind()).isEqualTo(CapacityResult.Kind.ABOVE_HIGHEST);
        assertThat(above.result().capacity()).isEqualTo(500);
        assertThat(above.result().upper()).isNull();
        Course below = follow(new CapacitySearch(RATES, 1, 1), (load, _) -> exact(load, 0.5));
        assertThat(below.result().kind()).isEqualTo(CapacityResult.Kind.BELOW_LOWEST);
        assertThat(below.result().capacity()).isNull();
        assertThat(below.result().sentence()).contains("below 1");
    }

    @Test
    void clientsThatAreTheLimitAreAddedAndNeverTakenForTheServers() {
        // Each client generates 100 requests per second; the server completes 250.
        BiFunction<Double, Integer, Found> world = (load, clients) -> load > 100.0 * clients
                ? new Found(new Judgement(Verdict.CLIENT_BOUND, "its cores are too busy"), 100.0 * clients)
                : exact(load, 250);
        Course enough = follow(new CapacitySearch(RATES, 1, 8), world);
        assertThat(enough.result().kind()).isEqualTo(CapacityResult.Kind.FOUND);
        assertThat(enough.result().capacity()).isBetween(240.0, 250.0);
        assertThat(enough.steps().getLast().clients()).isGreaterThanOrEqualTo(3);
        Course tooFew = follow(new CapacitySearch(RATES, 1, 2), world);
        assertThat(tooFew.result().kind()).isEqualTo(CapacityResult.Kind.LIMITED_BY_CLIENTS);
        assertThat(tooFew.result().capacity()).isBetween(190.0, 200.0);
        assertThat(tooFew.result().sentence()).contains("at least", "clients are the limit");
        Course none = follow(
                new CapacitySearch(RATES, 1, 1),
                (_, _) -> new Found(new Judgement(Verdict.CLIENT_BOUND, "disturbed"), 1));
        assertThat(none.result().kind()).isEqualTo(CapacityResult.Kind.LIMITED_BY_CLIENTS);
        assertThat(none.result().capacity()).isNull();
    }

    @Test
    void stepsWithoutAResultEndTheSearchAndAreNoVerdict() {
        Course course = follow(
                new CapacitySearch(RATES, 1, 1),
                (load, _) -> load < 4
                        ? exact(load, 100)
                        : new Found(new Judgement(Verdict.UNUSABLE, "a client was lost"), 0));
        assertThat(course.result().kind()).isEqualTo(CapacityResult.Kind.FAILED);
        assertThat(course.result().capacity()).isEqualTo(2);
        assertThat(course.result().sentence()).contains("at 4", "a client was lost");
    }

    @Test
    void aSearchOutOfStepsKeepsItsInterval() {
        Course course = follow(
                new CapacitySearch(new SearchBounds(1, 500, 0.001, false, false, 9), 1, 1),
                (load, _) -> exact(load, 77));
        assertThat(course.result().kind()).isEqualTo(CapacityResult.Kind.WIDE);
        assertThat(course.steps()).hasSize(9);
        assertThat(course.result().capacity()).isNotNull().isLessThanOrEqualTo(77);
        assertThat(course.result().upper()).isNotNull().isGreaterThan(77);
    }

    @Test
    void oneDisturbedStepDoesNotDecide() {
        List<Double> asked = new ArrayList<>();
        Course course = follow(new CapacitySearch(RATES, 1, 1), (load, _) -> {
            asked.add(load);
            boolean disturbed = load == 8 && asked.indexOf(8.0) == asked.size() - 1;
            return disturbed ? new Found(new Judgement(Verdict.MISSED, "a hiccup"), load) : exact(load, 100);
        });
        assertThat(course.result().capacity()).isBetween(96.0, 100.0);
        assertThat(asked.stream().filter(load -> load == 8)).hasSize(3);
    }

    @Test
    void theSameStepsLeadToTheSameNextOne() {
        CapacitySearch first = new CapacitySearch(RATES, 1, 1);
        Course whole = follow(first, (load, _) -> exact(load, 61.3));
        CapacitySearch again = new CapacitySearch(RATES, 1, 1);
        for (CapacitySearch.Next.Step step : whole.steps()) {
            assertThat(again.next()).isEqualTo(step);
            Found found = exact(step.load(), 61.3);
            again.add(step.load(), found.judgement(), found.throughput());
        }
        assertThat(again.next()).isEqualTo(new CapacitySearch.Next.Done(whole.result()));
    }
}
