package aifactory.commandline.option;

import java.math.BigInteger;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers within limits. Subclasses say which, so that an absurd number is refused where it is typed. */
public abstract class CountConverter implements ITypeConverter<Long> {
    private final long smallest;
    private final long largest;

    CountConverter(long smallest, long largest) {
        this.smallest = smallest;
        this.largest = largest;
    }

    @Override
    public Long convert(String text) {
        try {
            BigInteger number = new BigInteger(text.strip().replace("_", ""));
            if (number.compareTo(BigInteger.valueOf(smallest)) >= 0
                    && number.compareTo(BigInteger.valueOf(largest)) <= 0) {
                return number.longValue();
            }
        } catch (NumberFormatException e) {
            // Reported below, with the same message as a number out of range.
        }
        throw new TypeConversionException(
                "'" + text + "' is not possible: give a whole number from " + smallest + " to " + largest);
    }

    /** Client processes of a group, one per node. */
    public static final class Clients extends CountConverter {
        public Clients() {
            super(1, 10_000);
        }
    }

    /** Client processes of a group that may have none. */
    public static final class ClientsOrNone extends CountConverter {
        public ClientsOrNone() {
            super(0, 10_000);
        }
    }

    /** Minutes of an allocation: up to 30 days. */
    public static final class Minutes extends CountConverter {
        public Minutes() {
            super(1, 30L * 24 * 60);
        }
    }

    /** Lines of a log file. */
    public static final class LogLines extends CountConverter {
        public LogLines() {
            super(0, 2_000);
        }
    }

    /** Days, up to a century. */
    public static final class Days extends CountConverter {
        public Days() {
            super(0, 36_500);
        }
    }

    /** The number that names a benchmark's group. */
    public static final class BenchmarkId extends CountConverter {
        public BenchmarkId() {
            super(0, Long.MAX_VALUE);
        }
    }

    /** Requests that may fail in a run. */
    public static final class RequestsOrNone extends CountConverter {
        public RequestsOrNone() {
            super(0, 1_000_000_000_000L);
        }
    }

    /** Sequences that a simulated server generates at one time. */
    public static final class Sequences extends CountConverter {
        public Sequences() {
            super(1, 1_000_000);
        }
    }
}
