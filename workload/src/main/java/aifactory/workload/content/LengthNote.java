package aifactory.workload.content;

import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthSampler;
import java.util.Locale;
import java.util.Optional;

/** Tells when the bounds of a distribution change it. Stateless. */
final class LengthNote {
    /** Smaller differences would not be noticeable. */
    private static final double SMALL_SHARE = 0.001;

    private LengthNote() {}

    static Optional<String> of(String field, LengthDistribution distribution) {
        double share = LengthSampler.shareBeyondBounds(distribution);
        return share < SMALL_SHARE
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s: about %.1f %% of the lengths drawn lie outside of %d to %d and are set to the nearer of them;"
                                + " give a smaller deviation, other bounds, or lognormal",
                        field,
                        share * 100,
                        distribution.minimum(),
                        distribution.maximum()));
    }
}
