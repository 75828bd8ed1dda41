package aifactory.workload.dataset;

import java.util.ArrayList;
import java.util.List;

/** The entries of a dataset that are not sent: counted, and the first ones named. Not thread-safe. */
final class EntryProblems {
    private static final int NAMED = 5;

    private final List<String> named = new ArrayList<>();
    private final List<String> namedLeftOut = new ArrayList<>();
    private int bad;
    private int leftOut;

    /** An entry that is broken. */
    void bad(String place, String problem) {
        bad++;
        if (named.size() < NAMED) {
            named.add(place + " " + problem);
        }
    }

    /** An entry that is correct and has nothing to send. */
    void leftOut(String place, String reason) {
        leftOut++;
        if (namedLeftOut.size() < NAMED) {
            namedLeftOut.add(place + " (" + reason + ")");
        }
    }

    int badCount() {
        return bad;
    }

    int leftOutCount() {
        return leftOut;
    }

    /** The first broken entry with its problem. */
    String first() {
        return named.getFirst();
    }

    /** The first broken entries with their problems. */
    List<String> named() {
        return List.copyOf(named);
    }

    /** The first entries without anything to send. */
    String leftOutNames() {
        return String.join(", ", namedLeftOut) + (leftOut > NAMED ? ", …" : "");
    }
}
