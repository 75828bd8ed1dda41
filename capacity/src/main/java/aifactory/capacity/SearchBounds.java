package aifactory.capacity;

/**
 * Where a search looks, and when it has seen enough.
 *
 * @param lowest first load, above 0
 * @param highest load that is tried
 * @param precision width of the interval at the end, as a share of the load: above 0, at most 0.5
 * @param whole whether loads are whole numbers, as requests in flight are
 * @param isRate whether loads are requests per second, so that the throughput of an overloaded server bounds the search
 * @param mostSteps after which the search ends with the interval that it has
 */
public record SearchBounds(
        double lowest, double highest, double precision, boolean whole, boolean isRate, int mostSteps) {
    public SearchBounds {
        if (!(lowest > 0 && highest >= lowest && precision > 0 && precision <= 0.5 && mostSteps > 0)) {
            throw new IllegalArgumentException("a search from " + lowest + " to " + highest + " with a precision of "
                    + precision + " in " + mostSteps + " steps");
        }
    }
}
