package aifactory.commandline.failure;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the existing name that a user probably meant. */
public final class NearestName {
    private NearestName() {}

    /**
     * The known name that takes the fewest edits to reach, if that is few enough to be a likely slip: at most a third
     * of the name's length, and at least two. A name that begins with the given one also counts.
     */
    public static Optional<String> of(String given, Collection<String> known) {
        int tolerance = Math.max(2, given.length() / 3);
        Optional<String> near = known.stream()
                .filter(name -> distance(given, name) <= tolerance)
                .min(Comparator.comparingInt((String name) -> distance(given, name))
                        .thenComparing(Comparator.naturalOrder()));
        return near.isPresent()
                ? near
                : known.stream()
                        .filter(name -> given.length() >= 3 && name.startsWith(given))
                        .min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    }

    /**
     * Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other
     * (Damerau-Levenshtein).
     */
    static int distance(String left, String right) {
        int[][] edits = new int[left.length() + 1][right.length() + 1];
        for (int row = 0; row <= left.length(); row++) {
            edits[row][0] = row;
        }
        for (int column = 0; column <= right.length(); column++) {
            edits[0][column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            for (int column = 1; column <= right.length(); column++) {
                int substitution = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
                int best = Math.min(
                        Math.min(edits[row - 1][column] + 1, edits[row][column - 1] + 1),
                        edits[row - 1][column - 1] + substitution);
                if (row > 1
                        && column > 1
                        && left.charAt(row - 1) == right.charAt(column - 2)
                        && left.charAt(row - 2) == right.charAt(column - 1)) {
                    best = Math.min(best, edits[row - 2][column - 2] + 1);
                }
                edits[row][column] = best;
            }
        }
        return edits[left.length()][right.length()];
    }
}
