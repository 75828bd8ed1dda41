package aifactory.commandline.campaign;

import aifactory.commandline.load.BenchmarkFile;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign file asks for.
 *
 * @param base what all steps share
 * @param sweep the kinds of steps; one, the base itself, where the file names none
 * @param repeats of each kind
 * @param orderSeed shuffles the runs; null to take them as they stand
 * @param pause between two steps, for the servers to come to rest
 * @param find null when no capacity is asked for
 * @param sha256 of everything above, so that a campaign is resumed only with the file that it was started with
 */
public record Campaign(
        BenchmarkFile base,
        List<CampaignStep> sweep,
        int repeats,
        @Nullable Long orderSeed,
        Duration pause,
        @Nullable CapacityTargets find,
        String sha256) {
    public Campaign {
        sweep = List.copyOf(sweep);
    }
}
