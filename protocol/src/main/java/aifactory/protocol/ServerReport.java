package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The complete state of a server process, in every report: body of {@code POST /client-group/{id}/servers/{number}}.
 *
 * @param instance drawn at random when the process started
 * @param generation of the order that it carries out, 0 before it has one
 * @param node its name, null outside of Slurm
 * @param host the address that others reach it under
 * @param address {@code http://HOST:PORT} of its server; null before there is one
 * @param command the words as they were started
 * @param logPath where the server's output goes; what was before in a log that has become large is in {@code logPath.1}
 * @param readyAfterS from the start of the server's process to the last warm-up request
 * @param failure with {@link ServerState#FAILED}
 * @param power what the devices of the node used; null before the first reading, and from processes of earlier versions
 */
public record ServerReport(
        String instance,
        int generation,
        ServerState state,
        @Nullable String jobId,
        @Nullable String node,
        String host,
        @Nullable String address,
        List<String> command,
        @Nullable String logPath,
        @Nullable Double readyAfterS,
        @Nullable ServerFailure failure,
        @Nullable PowerReport power) {

    /** Without power. */
    public ServerReport(
            String instance,
            int generation,
            ServerState state,
            @Nullable String jobId,
            @Nullable String node,
            String host,
            @Nullable String address,
            List<String> command,
            @Nullable String logPath,
            @Nullable Double readyAfterS,
            @Nullable ServerFailure failure) {
        this(instance, generation, state, jobId, node, host, address, command, logPath, readyAfterS, failure, null);
    }

    /** The same with the power of the node. */
    public ServerReport withPower(PowerReport used) {
        return new ServerReport(
                instance, generation, state, jobId, node, host, address, command, logPath, readyAfterS, failure, used);
    }

    /** The same with other words for its command. */
    public ServerReport withCommand(List<String> newCommand) {
        return new ServerReport(
                instance,
                generation,
                state,
                jobId,
                node,
                host,
                address,
                newCommand,
                logPath,
                readyAfterS,
                failure,
                power);
    }

    /** The same with the log where the service knows it to be. */
    public ServerReport withLogPath(String newLogPath) {
        return new ServerReport(
                instance,
                generation,
                state,
                jobId,
                node,
                host,
                address,
                command,
                newLogPath,
                readyAfterS,
                failure,
                power);
    }

    /** The same with another failure, or another moment of it. */
    public ServerReport withFailure(ServerState newState, ServerFailure newFailure) {
        return new ServerReport(
                instance,
                generation,
                newState,
                jobId,
                node,
                host,
                address,
                command,
                logPath,
                readyAfterS,
                newFailure,
                power);
    }
}
