package aifactory.client.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration BASE = Duration.ofMillis(500);
    private static final Duration CAP = Duration.ofSeconds(15);

    @Test
    void everyPauseIsBetweenNothingAndACeilingThatDoublesUpToTheCap() {
        for (long seed = 0; seed < 200; seed++) {
            Backoff backoff = new Backoff(BASE, CAP, new SplittableRandom(seed));
            Duration ceiling = BASE;
            for (int failure = 0; failure < 100; failure++) {
                assertThat(backoff.next(null))
                        .as("seed %s failure %s", seed, failure)
                        .isBetween(Duration.ZERO, ceiling);
                ceiling = ceiling.multipliedBy(2).compareTo(CAP) > 0 ? CAP : ceiling.multipliedBy(2);
            }
        }
    }

    @Test
    void manyClientsSpreadOverTheWholeRange() {
        List<Duration> pauses = new ArrayList<>();
        for (long seed = 0; seed < 1_000; seed++) {
            pauses.add(new Backoff(BASE, CAP, new SplittableRandom(seed)).next(null));
        }

        for (int tenth = 0; tenth < 10; tenth++) {
            Duration from = BASE.multipliedBy(tenth).dividedBy(10);
            Duration to = BASE.multipliedBy(tenth + 1).dividedBy(10);
            assertThat(pauses.stream()
                            .filter(pause -> pause.compareTo(from) >= 0 && pause.compareTo(to) < 0)
                            .count())
                    .as("clients of 1000 that come back from %s to %s", from, to)
                    .isBetween(50L, 150L);
        }
    }

    @Test
    void aResetStartsFromTheBaseAgain() {
        Backoff backoff = new Backoff(BASE, CAP, new SplittableRandom(3));
        for (int failure = 0; failure < 10; failure++) {
            backoff.next(null);
        }
        backoff.reset();

        assertThat(backoff.next(null)).isLessThanOrEqualTo(BASE);
    }

    @Test
    void whatTheServiceAsksForIsTheLeast() {
        Backoff backoff = new Backoff(BASE, CAP, new SplittableRandom(4));

        assertThat(backoff.next(Duration.ofSeconds(40)))
                .isBetween(Duration.ofSeconds(40), Duration.ofSeconds(40).plus(BASE));
    }

    @Test
    void theSameSeedGivesTheSamePauses() {
        Backoff one = new BackoffPolicy(BASE, CAP, new SplittableRandom(5)).start();
        Backoff other = new BackoffPolicy(BASE, CAP, new SplittableRandom(5)).start();

        for (int failure = 0; failure < 20; failure++) {
            assertThat(one.next(null)).isEqualTo(other.next(null));
        }
    }
}
