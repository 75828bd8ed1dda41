package aifactory.protocol;

import java.util.List;

/**
 * Answer of {@code GET /client-group/{id}/clients/{client}/commands?after=SEQUENCE}.
 *
 * @param commands those after the asked sequence, in order; empty when the poll ended without one
 */
public record CommandPoll(List<ClientCommand> commands, ClockSample clock) {}
