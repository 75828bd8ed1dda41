package aifactory.commandline.campaign;

import aifactory.commandline.failure.CommandFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long the groups of a campaign have to live. Stateless. */
final class CampaignTime {
    private static final long START_MINUTES = 5;
    /** Longer groups wait longer in the queue; a second one then is better than one for everything. */
    private static final long MOST_USUAL_MINUTES = 240;

    private CampaignTime() {}

    /**
     * The time limit of the campaign's groups in minutes.
     *
     * @param asked by the user; null for as much as the steps need
     * @param pause between two runs
     * @param runs how many of the steps run in all
     * @param serverStart how long servers may take to get ready, each time that they are started
     * @throws CommandFailure with exit code 2 when a step does not fit, with the arithmetic
     */
    static int minutes(List<CampaignStep> steps, int runs, Duration pause, @Nullable Long asked, Duration serverStart) {
        long longest = 0;
        long starts =
                steps.stream().map(CampaignStep::serverArguments).distinct().count();
        Duration all = serverStart.multipliedBy(starts).plus(pause.multipliedBy(runs));
        for (CampaignStep step : steps) {
            Duration needed = step.allowed();
            all = all.plus(needed.multipliedBy(Math.max(1, runs / steps.size())));
            long minutes = needed.plus(serverStart).plusSeconds(59).toMinutes() + START_MINUTES;
            if (asked != null && minutes > asked) {
                throw CommandFailure.wrongInput(
                        "step '" + step.name() + "' does not fit into time_limit " + asked + ": it takes "
                                + needed.toSeconds() + " s with arming and delivery, "
                                + (serverStart.isZero()
                                        ? ""
                                        : "its servers up to " + serverStart.toSeconds()
                                                + " s to get ready (server.ready_timeout), ")
                                + "and " + START_MINUTES
                                + " min are kept for the start of the clients: " + minutes
                                + " min; raise time_limit or shorten the step");
            }
            longest = Math.max(longest, minutes);
        }
        if (asked != null) {
            return Math.toIntExact(asked);
        }
        long whole = all.plusSeconds(59).toMinutes() + START_MINUTES;
        return Math.toIntExact(Math.max(longest, Math.min(whole, MOST_USUAL_MINUTES)));
    }
}
