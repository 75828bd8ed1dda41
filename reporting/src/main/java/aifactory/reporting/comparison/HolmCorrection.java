package aifactory.reporting.comparison;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Holm's step-down correction for several comparisons at once (Holm 1979). Stateless. */
final class HolmCorrection {
    private HolmCorrection() {}

    /**
     * The adjusted probabilities in the order of the given ones; one that is not a number takes no part and stays so.
     */
    static double[] adjust(double[] probabilities) {
        List<Integer> ascending = IntStream.range(0, probabilities.length)
                .filter(i -> !Double.isNaN(probabilities[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                .toList();
        double[] adjusted = probabilities.clone();
        double largest = 0;
        for (int place = 0; place < ascending.size(); place++) {
            int i = ascending.get(place);
            largest = Math.max(largest, Math.min(1, (ascending.size() - place) * probabilities[i]));
            adjusted[i] = largest;
        }
        return adjusted;
    }
}
