package aifactory.capacity;

import aifactory.capacity.CapacityResult.Kind;
import aifactory.capacity.Judgement.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Searches the highest load that a server carries within its targets.
 *
 * <p>The load is doubled until the targets are missed; then the interval between the highest load that met them and the
 * lowest that did not is narrowed. Where an overloaded server shows by what it completes how much it can take, the next
 * step is that; else it is the middle. A step that met the targets weighs more than one that missed them, since
 * disturbances only make a server look worse. A miss without a growing backlog may have been a disturbance and is
 * repeated; the load that decides the result is measured again until the odds are clear (see {@link LoadTally}), which
 * takes more steps the more of the steps at loads that the server carries were disturbed. A step that the clients could
 * not generate is repeated, then asks for more clients, and never decides anything of the server.
 *
 * <p>The next step depends only on the steps that were added: a search that is fed the same steps again continues where
 * it was. Not thread-safe.
 */
public final class CapacitySearch {
    /** Repeats of a step without result before the search gives up. */
    private static final int MOST_UNUSABLE = 3;
    /**
     * Steps that clients could not generate at the load that decides the result, before the search ends without more
     * clients.
     */
    private static final int BOUND_THAT_END = 4;
    /** The same as a probability that all of them were disturbed. */
    private static final double BOUND_BY_CHANCE = 0.01;
    /** What is assumed of disturbances before anything was measured: one of five steps. */
    private static final double ASSUMED_DISTURBED = 1;

    private static final double ASSUMED_STEPS = 5;
    /** On a machine that disturbs more than every other step, no number of misses would be enough. */
    private static final double MOST_DISTURBED_SHARE = 0.5;

    private final SearchBounds bounds;
    private final TreeMap<Double, LoadTally> tallies = new TreeMap<>();
    private final int mostClients;
    private int clients;
    private int steps;
    private @Nullable Double last;
    private @Nullable String failure;

    /** What to do next. */
    public sealed interface Next {
        /** Measure at this load, with so many clients. */
        record Step(double load, int clients, String reason) implements Next {}

        /** Nothing more. */
        record Done(CapacityResult result) implements Next {}
    }

    /**
     * @param clients that generate load at first
     * @param mostClients that may be used when they are the limit
     */
    public CapacitySearch(SearchBounds bounds, int clients, int mostClients) {
        this.bounds = bounds;
        this.clients = clients;
        this.mostClients = Math.max(clients, mostClients);
    }

    /**
     * Adds what a step found.
     *
     * @param throughput completed requests per second
     */
    public void add(double load, Judgement judgement, double throughput) {
        steps++;
        last = load;
        LoadTally tally = tallies.computeIfAbsent(load, _ -> new LoadTally());
        tally.add(judgement.verdict(), throughput);
        if (judgement.verdict() == Verdict.CLIENT_BOUND && isBoundDecided(tally) && clients < mostClients) {
            clients = Math.min(mostClients, 2 * clients);
            tallies.values().forEach(LoadTally::forgetClientBound);
        }
        if (judgement.verdict() == Verdict.UNUSABLE) {
            failure = tally.unusable() >= MOST_UNUSABLE ? judgement.reason() : null;
        }
    }

    private boolean isBoundDecided(LoadTally tally) {
        return tally.decided(disturbedShare()) == Verdict.CLIENT_BOUND;
    }

    /**
     * Share of steps that a disturbance makes miss: what was missed, or distorted, at loads up to the highest that is
     * known to be carried cannot have been the server's limit.
     */
    private double disturbedShare() {
        Double carried = null;
        for (var entry : tallies.entrySet()) {
            if (entry.getValue().met() > entry.getValue().missed()) {
                carried = entry.getKey();
            }
        }
        double disturbed = ASSUMED_DISTURBED;
        double all = ASSUMED_STEPS;
        if (carried != null) {
            for (LoadTally tally : tallies.headMap(carried, true).values()) {
                disturbed += tally.missed() + tally.clientBound();
                all += tally.judged() + tally.clientBound();
            }
        }
        return Math.min(MOST_DISTURBED_SHARE, disturbed / all);
    }

    /**
     * Ends the search since the server is no longer available.
     *
     * @param why the reason, for users
     */
    public CapacityResult lostServer(String why) {
        return result(Kind.SERVER_LOST, why);
    }

    /** The next step, and why. */
    public Next next() {
        if (failure != null) {
            return done(
                    Kind.FAILED, "the search ended at " + text(last) + ", where steps had no result (" + failure + ")");
        }
        Double lowestMissed = lowest(Verdict.MISSED);
        Double met = highestMetBelow(lowestMissed);
        if (steps >= bounds.mostSteps()) {
            return done(Kind.WIDE, "the " + steps + " steps are used up");
        }
        if (last == null) {
            return step(bounds.lowest(), "the lowest load first");
        }
        LoadTally current = tallies.get(last);
        if (current != null && current.decided(disturbedShare()) == null) {
            return step(last, repeatReason(current));
        }
        Double lowestBound = lowestAbove(met, Verdict.CLIENT_BOUND);
        boolean isBound = lowestBound != null && (lowestMissed == null || lowestBound < lowestMissed);
        Double ceiling = isBound ? lowestBound : lowestMissed;
        boolean isEnd = ceiling != null && (met == null || isClose(met, ceiling));
        if (ceiling != null && isEnd && needsConfirmation(ceiling, isBound)) {
            return step(ceiling, "again, since this load decides the result");
        }
        if (met == null) {
            return ceiling == null ? step(bounds.lowest(), "the lowest load first") : nothingMet(isBound);
        }
        if (ceiling == null) {
            return met >= bounds.highest()
                    ? done(Kind.ABOVE_HIGHEST, "the highest allowed load met the targets")
                    : step(
                            Math.min(bounds.highest(), rounded(2 * met)),
                            "twice " + text(met) + ", which met the targets");
        }
        if (isEnd) {
            return isBound
                    ? done(
                            Kind.LIMITED_BY_CLIENTS,
                            clients + " clients cannot generate more, and the maximum number of clients is reached")
                    : done(Kind.FOUND, "the interval has the requested precision");
        }
        return narrow(met, ceiling, isBound);
    }

    private boolean needsConfirmation(double ceiling, boolean isBound) {
        LoadTally tally = tallies.get(ceiling);
        if (tally == null) {
            return false;
        }
        double share = disturbedShare();
        if (isBound) {
            return tally.clientBound() < LoadTally.boundNotByChance(share, BOUND_BY_CHANCE, BOUND_THAT_END);
        }
        // Where the number in flight is given, only failures are an overload, and no disturbance causes so many.
        return !tally.isMissConfirmed(share) && !(bounds.whole() && tally.wasOverloaded());
    }

    private Next nothingMet(boolean isBound) {
        return isBound
                ? done(Kind.LIMITED_BY_CLIENTS, clients + " clients cannot generate the lowest load")
                : done(Kind.BELOW_LOWEST, "the lowest load does not meet the targets");
    }

    private Next narrow(double met, double ceiling, boolean isBound) {
        LoadTally above = tallies.get(ceiling);
        double completes = above == null || isBound || !bounds.isRate() ? 0 : rounded(above.throughput());
        double margin = 1 + bounds.precision();
        if (completes > met && completes < ceiling && ceiling / completes > margin) {
            return step(completes, "the throughput of the server at an offered load of " + text(ceiling));
        }
        double justAbove = rounded(met * margin);
        // A server that completed far less than it did before has broken down, which shows nothing of its capacity.
        boolean isNearCompleted = completes >= met / margin && completes <= met * margin;
        if (isNearCompleted && justAbove < ceiling && !tallies.containsKey(justAbove)) {
            return step(
                    justAbove,
                    "just above " + text(met) + ", which met the targets and is near what the server completes");
        }
        return step(
                rounded((met + ceiling) / 2),
                "between " + text(met) + ", which met the targets, and " + text(ceiling) + ", which "
                        + (isBound ? "the clients could not generate" : "did not"));
    }

    private String repeatReason(LoadTally tally) {
        if (tally.unusable() > 0 && tally.met() + tally.missed() + tally.clientBound() == 0) {
            return "again: the step had no result";
        }
        if (tally.missed() > 0) {
            return tally.met() > 0
                    ? "again: one step met the targets and another missed them"
                    : "again: a miss without a growing backlog may have been a disturbance";
        }
        return tally.clientBound() > 0
                ? "again: the clients were disturbed or at their limit"
                : "with " + clients + " clients, since fewer were at their limit";
    }

    /** Whole numbers cannot be closer than neighbours. */
    private boolean isClose(double met, double ceiling) {
        return ceiling <= met * (1 + bounds.precision()) * (1 + 1e-9)
                || (bounds.whole() && ceiling - met <= 1)
                || rounded((met + ceiling) / 2) <= met
                || rounded((met + ceiling) / 2) >= ceiling;
    }

    private double rounded(double load) {
        if (bounds.whole()) {
            return Math.max(1, Math.rint(load));
        }
        if (load <= 0) {
            return 0;
        }
        double unit = Math.pow(10, Math.floor(Math.log10(load)) - 3);
        // Divided by a whole number where it can be, so that 61.37 is not written as 61.370000000000005.
        return unit < 1 ? Math.rint(load / unit) / Math.rint(1 / unit) : Math.rint(load / unit) * unit;
    }

    private @Nullable Double lowest(Verdict verdict) {
        return lowestAbove(null, verdict);
    }

    private @Nullable Double lowestAbove(@Nullable Double load, Verdict verdict) {
        double share = disturbedShare();
        for (var entry : (load == null ? tallies : tallies.tailMap(load, false)).entrySet()) {
            if (entry.getValue().decided(share) == verdict) {
                return entry.getKey();
            }
        }
        return null;
    }

    private @Nullable Double highestMetBelow(@Nullable Double limit) {
        double share = disturbedShare();
        Double highest = null;
        for (var entry : tallies.entrySet()) {
            if (entry.getValue().decided(share) == Verdict.MET && (limit == null || entry.getKey() < limit)) {
                highest = entry.getKey();
            }
        }
        return highest;
    }

    private Next step(double load, String reason) {
        return new Next.Step(load, clients, reason);
    }

    private Next done(Kind kind, String why) {
        return new Next.Done(result(kind, why));
    }

    private CapacityResult result(Kind kind, String why) {
        Double missed = lowest(Verdict.MISSED);
        Double bound = lowest(Verdict.CLIENT_BOUND);
        Double met = highestMetBelow(missed);
        Double upper = kind == Kind.LIMITED_BY_CLIENTS ? bound : missed;
        List<String> words = new ArrayList<>();
        switch (kind) {
            case FOUND, WIDE ->
                words.add(
                        met == null
                                ? "no load met the targets"
                                        + (upper == null ? "" : ", the lowest that missed them is " + text(upper))
                                : "the capacity is " + text(met)
                                        + (upper == null ? " at least" : "; " + text(upper) + " is too much"));
            case ABOVE_HIGHEST -> words.add("the capacity is above " + text(met));
            case BELOW_LOWEST -> words.add("the capacity is below " + text(bounds.lowest()));
            case LIMITED_BY_CLIENTS ->
                words.add(
                        met == null
                                ? "the clients are the limit; the capacity of the server is unknown"
                                : "the capacity is at least " + text(met)
                                        + ": the clients are the limit, not the server");
            case FAILED, SERVER_LOST -> {
                if (met != null) {
                    words.add("the capacity is at least " + text(met)
                            + (upper == null ? "" : " and below " + text(upper)));
                }
            }
        }
        words.add(why);
        return new CapacityResult(kind, met, upper, String.join(": ", words));
    }

    private static String text(@Nullable Double load) {
        return load == null
                ? "no load"
                : String.format(Locale.ROOT, "%.4f", load).replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
