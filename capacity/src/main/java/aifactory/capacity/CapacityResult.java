package aifactory.capacity;

import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param capacity the highest load that met the targets; null if no load met them
 * @param upper the lowest load that missed the targets or could not be generated; null if there is no such load
 * @param sentence the result as a sentence
 */
public record CapacityResult(
        Kind kind, @Nullable Double capacity, @Nullable Double upper, String sentence) {
    /** How a search can end. */
    public enum Kind {
        /** The capacity lies between {@code capacity} and {@code upper}, as close together as was asked. */
        FOUND,
        /** The same, but further apart: the steps were used up. */
        WIDE,
        /** The highest load that was allowed met the targets: the capacity lies above. */
        ABOVE_HIGHEST,
        /** The lowest load did not meet them: the capacity lies below. */
        BELOW_LOWEST,
        /** The clients could not generate more: the capacity is at least {@code capacity}. */
        LIMITED_BY_CLIENTS,
        /** Steps had no result again and again. */
        FAILED,
        /** The server did not become available again after a step: the capacity is at least {@code capacity}. */
        SERVER_LOST
    }
}
