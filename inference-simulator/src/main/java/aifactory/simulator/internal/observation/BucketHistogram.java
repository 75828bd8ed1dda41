package aifactory.simulator.internal.observation;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram with the fixed buckets of a Prometheus metric. Thread-safe; readers may see an observation's parts apart.
 */
final class BucketHistogram {
    private final double[] upperBounds;
    private final AtomicLongArray counts;
    private final LongAdder sumMillionths = new LongAdder();

    /** Buckets with these inclusive upper bounds, ascending; one without a bound is added. */
    BucketHistogram(double... upperBounds) {
        this.upperBounds = upperBounds.clone();
        counts = new AtomicLongArray(upperBounds.length + 1);
    }

    /** Counts one value, in the unit of the bounds; kept to a millionth of it. */
    void observe(double value) {
        int found = Arrays.binarySearch(upperBounds, value);
        counts.incrementAndGet(found >= 0 ? found : -found - 1);
        sumMillionths.add(Math.round(value * 1e6));
    }

    /** The sum of all values. */
    double sum() {
        return sumMillionths.sum() / 1e6;
    }

    /** Writes the samples of the Prometheus text format. */
    void write(StringBuilder text, String name, String label) {
        long cumulative = 0;
        for (int i = 0; i < counts.length(); i++) {
            cumulative += counts.get(i);
            String bound = i < upperBounds.length ? Double.toString(upperBounds[i]) : "+Inf";
            text.append(name)
                    .append("_bucket{")
                    .append(label)
                    .append(",le=\"")
                    .append(bound)
                    .append("\"} ");
            text.append(cumulative).append('\n');
        }
        text.append(name)
                .append("_sum{")
                .append(label)
                .append("} ")
                .append(sum())
                .append('\n');
        text.append(name)
                .append("_count{")
                .append(label)
                .append("} ")
                .append(cumulative)
                .append('\n');
    }
}
