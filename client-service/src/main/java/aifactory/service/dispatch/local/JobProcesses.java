package aifactory.service.dispatch.local;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.JobProvenance;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a job consists of on this machine. Implementations are thread-safe. */
public interface JobProcesses {
    /** What people call it, and what the names of its jobs begin with. */
    String name();

    /** @throws InvalidOrderException when the order cannot be carried out here */
    void check(DispatchOrder order) throws InvalidOrderException;

    /** What would be started, for users. */
    String preview(DispatchOrder order) throws InvalidOrderException;

    /** How many processes of this machine the job is. */
    int count(DispatchOrder order);

    /** The words of a process's command, beginning with an absolute path. */
    List<String> command(DispatchOrder order, int number) throws InvalidOrderException, DispatchUnavailableException;

    /** Variables of one process, in addition to those of all. */
    Map<String, String> environment(DispatchOrder order, int number);

    /** What results report of the Slurm job that the processes are steps of; empty where they are not. */
    default Optional<JobProvenance> provenance() {
        return Optional.empty();
    }

    /** The nodes on which clients run. */
    List<String> nodes();

    /**
     * Has the clients of a job end with what they have, before its processes get SIGTERM.
     *
     * @return whether they were signalled, so that it makes sense to wait
     */
    boolean askToEnd(String token) throws InterruptedException;
}
