package aifactory.workload;

import java.time.Duration;
import java.util.Objects;

/**
 * Synthetic audio clips of each request: WAV, 16 kHz, 16 bits, mono.
 *
 * @param count clips per request, at least 1
 * @param duration of each clip; 5 s where it is not given
 */
public record AudioSettings(int count, Duration duration) {
    private static final Duration USUAL_DURATION = Duration.ofSeconds(5);

    @SuppressWarnings("ConstantValue") // Users may leave it out.
    public AudioSettings {
        duration = Objects.requireNonNullElse(duration, USUAL_DURATION);
    }
}
