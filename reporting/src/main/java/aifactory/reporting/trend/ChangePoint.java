package aifactory.reporting.trend;

/**
 * The run from which on a metric has another level.
 *
 * @param index of the run in the series, from 1 on
 * @param before level of the runs since the change before
 * @param after level of the runs until the next change
 * @param change of the levels, as a share of {@code before}; for a series with values of 0, their difference
 * @param probability of such a change where there is none, corrected for the number of places at which it could be
 */
public record ChangePoint(int index, double before, double after, double change, double probability) {}
