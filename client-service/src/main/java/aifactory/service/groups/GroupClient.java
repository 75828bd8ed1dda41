package aifactory.service.groups;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.ClientView;
import aifactory.protocol.ConnectRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A registered client process. Guarded by its group's lock. */
public final class GroupClient {
    private final int id;
    private final Condition commandsChanged;
    private final List<ClientCommand> commands = new ArrayList<>();
    private ConnectRequest registration;
    private ClientState state = ClientState.REGISTERED;
    private ClientState stateBeforeSuspicion = ClientState.REGISTERED;
    private int releasedCommands;
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

    /** How often its job had begun anew when it was started. */
    public int restartCount() {
        return Objects.requireNonNullElse(registration.restartCount(), 0);
    }

    /** Whether the registration comes from a later beginning of the same job, so that this process is gone. */
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
        return commands.size() + 1L;
    }

    /** The client hears of it once it is released. */
    public void add(ClientCommand command) {
        commands.add(command);
    }

    /** The commands up to that number are durable: the client may hear of them. */
    public void release(long sequence) {
        releasedCommands = Math.max(releasedCommands, Math.toIntExact(sequence));
        commandsChanged.signalAll();
    }

    /** Whether it was ordered that for the run. */
    public boolean hasCommand(ClientCommand.Kind kind, String runId) {
        return commands.stream().anyMatch(command -> command.kind() == kind && runId.equals(command.runId()));
    }

    public List<ClientCommand> commandsAfter(long sequence) {
        int from = Math.clamp(sequence, 0, releasedCommands);
        return List.copyOf(commands.subList(from, releasedCommands));
    }

    public Condition commandsChanged() {
        return commandsChanged;
    }

    public ClientView view() {
        return new ClientView(id, registration.clientAddress(), registration.node(), state, clockOffsetMillis);
    }
}
