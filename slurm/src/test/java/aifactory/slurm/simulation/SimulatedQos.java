package aifactory.slurm.simulation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param maximumWall null for none
 * @param maximumSubmitted jobs of one user at once, -1 for no limit
 * @param denyOnLimit whether a job beyond a limit is refused instead of waiting for ever
 */
public record SimulatedQos(String name, @Nullable Duration maximumWall, int maximumSubmitted, boolean denyOnLimit) {}
