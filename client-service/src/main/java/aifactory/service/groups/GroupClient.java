package aifactory.service.groups;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.ClientView;
import aifactory.protocol.ConnectRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A registered client process. Guarded by its group's lock. */
public final class GroupClient {
    private static final String NO_RUN = "none";
    private static final int MOST_AT_ONCE = 1_000;

    private final int id;
    private final Condition commandsChanged;
    private final NavigableMap<Long, ClientCommand> commands = new TreeMap<>();
    private ConnectRequest registration;
    private ClientState state = ClientState.REGISTERED;
    private ClientState stateBeforeSuspicion = ClientState.REGISTERED;
    private long removedThrough;
    private long releasedThrough;
    private long heardNanos;
    private @Nullable Double clockOffsetMillis;

    public GroupClient(int id, ConnectRequest registration, Condition commandsChanged, long heardNanos) {
        this.id = id;
        this.registration = registration;
        this.commandsChanged = commandsChanged;
        this.heardNanos = heardNanos;
    }

    public int id() {
        return id;
    }

    public ConnectRequest registration() {
        return registration;
    }

    /** The node it runs on, or its address. */
    public String name() {
        String node = registration.node();
        return (node == null ? registration.clientAddress() : node) + " (client " + id + ")";
    }

    public void reregister(ConnectRequest newRegistration) {
        registration = newRegistration;
    }

    /** Whether the registration comes from the same process of the same job. */
    public boolean isSameProcess(ConnectRequest other) {
        if (other.instance() != null && other.instance().equals(registration.instance())) {
            return true;
        }
        boolean numbered = other.processNumber() != null && registration.processNumber() != null;
        if (numbered) {
            return Objects.equals(other.jobId(), registration.jobId())
                    && Objects.equals(other.processNumber(), registration.processNumber())
                    && Objects.equals(other.restartCount(), registration.restartCount());
        }
        return other.instance() == null
                && registration.instance() == null
                && other.clientAddress().equals(registration.clientAddress());
    }

    /** How often its job had been restarted when it was started. */
    public int restartCount() {
        return Objects.requireNonNullElse(registration.restartCount(), 0);
    }

    /** Whether the registration comes from a later start of the same job, so that this process has ended. */
    public boolean isSupersededBy(ConnectRequest other) {
        return other.jobId() != null
                && other.jobId().equals(registration.jobId())
                && Objects.requireNonNullElse(other.restartCount(), 0) > restartCount();
    }

    public ClientState state() {
        return state;
    }

    public void setState(ClientState newState) {
        state = newState;
    }

    /** It has missed heartbeats. */
    public void suspect() {
        if (state != ClientState.SUSPECTED) {
            stateBeforeSuspicion = state;
            state = ClientState.SUSPECTED;
        }
    }

    public boolean isLost() {
        return state == ClientState.LOST;
    }

    /** It has shown a sign of life. */
    public void heard(long nowNanos) {
        heardNanos = nowNanos;
        if (state == ClientState.SUSPECTED) {
            state = stateBeforeSuspicion;
        }
    }

    public long silenceNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    public void setClockOffsetMillis(double offset) {
        clockOffsetMillis = offset;
    }

    /** The number that the next command will have. */
    public long nextSequence() {
        return commands.isEmpty() ? removedThrough + 1 : Math.max(removedThrough, commands.lastKey()) + 1;
    }

    /** The client receives it once it is released. */
    public void add(ClientCommand command) {
        commands.put(command.sequence(), command);
    }

    /** The commands up to that number are not kept any more, or cannot be read; those that follow are numbered on. */
    public void removedThrough(long sequence) {
        removedThrough = Math.max(removedThrough, sequence);
    }

    /** The commands up to that number are durable: the client may receive them. */
    public void release(long sequence) {
        releasedThrough = Math.max(releasedThrough, sequence);
        commandsChanged.signalAll();
    }

    /** Whether it was ordered that for the run. */
    public boolean hasCommand(ClientCommand.Kind kind, String runId) {
        return commands.values().stream().anyMatch(command -> command.kind() == kind && runId.equals(command.runId()));
    }

    /**
     * The released commands after that number, without gaps. In the place of one that is not kept any more stands an
     * order to stop a run that does not exist, which changes nothing.
     */
    public List<ClientCommand> commandsAfter(long sequence) {
        List<ClientCommand> after = new ArrayList<>();
        long last = Math.min(releasedThrough, sequence + MOST_AT_ONCE);
        for (long number = Math.max(sequence, 0) + 1; number <= last; number++) {
            ClientCommand kept = commands.get(number);
            after.add(
                    kept != null
                            ? kept
                            : new ClientCommand(number, ClientCommand.Kind.STOP, NO_RUN, null, null, null, null, null));
        }
        return after;
    }

    /** The client has executed the commands up to that number; those of ended runs are discarded. */
    public void done(long sequence, @Nullable String currentRunId) {
        commands.headMap(Math.min(sequence, releasedThrough), true)
                .values()
                .removeIf(command -> currentRunId == null || !currentRunId.equals(command.runId()));
        removedThrough(Math.min(sequence, releasedThrough));
    }

    /** The first command that may still be requested; earlier ones were executed and belong to ended runs. */
    public long firstKept() {
        return commands.isEmpty() ? nextSequence() : commands.firstKey();
    }

    public Condition commandsChanged() {
        return commandsChanged;
    }

    public ClientView view() {
        return new ClientView(id, registration.clientAddress(), registration.node(), state, clockOffsetMillis);
    }
}
