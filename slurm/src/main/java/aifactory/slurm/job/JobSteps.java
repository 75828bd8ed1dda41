package aifactory.slurm.job;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The part of a batch script that runs its steps: the clients, and the AI servers if any. */
final class JobSteps {
    private JobSteps() {}

    /**
     * @param clients the words that start the clients, null for a job of servers alone
     * @param servers the command that starts the servers, null for none
     * @param endSeconds how long the servers, which receive the signal together with the clients, may take to end
     * @param step whether the script is the step of an allocation: then signals for the script are for its one step
     */
    static String text(
            @Nullable List<LaunchCommand.Word> clients,
            @Nullable List<LaunchCommand.Word> servers,
            int endSeconds,
            boolean step) {
        if (servers == null) {
            return (step ? "exec " : "") + line(clients == null ? List.of() : clients);
        }
        if (clients == null) {
            return (step ? "exec " : "") + line(servers);
        }
        return line(servers) + " &\nservers=$!\n"
                + (step ? "trap 'kill -TERM \"$clients\" \"$servers\" 2>/dev/null' TERM INT\n" : "")
                + line(clients) + " &\nclients=$!\n"
                // A trapped signal ends a wait; the next one returns the step's exit status.
                + "wait \"$clients\"; while kill -0 \"$clients\" 2>/dev/null; do wait \"$clients\"; done\n"
                + "wait \"$clients\"; status=$?\n"
                + "# The servers end when the service stops them; any that still run are ended here.\n"
                + "for _ in {1.." + endSeconds
                + "}; do kill -0 \"$servers\" 2>/dev/null || break; sleep 1; done\n"
                + "kill -TERM \"$servers\" 2>/dev/null; wait \"$servers\"\n"
                + "exit \"$status\"";
    }

    private static String line(List<LaunchCommand.Word> words) {
        return words.stream().map(LaunchCommand.Word::text).collect(Collectors.joining(" "));
    }
}
