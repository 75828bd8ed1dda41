package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /client-group/{id}/clients/{client}/armed}: a client's answer to
 * {@link ClientCommand.Kind#PREPARE}.
 *
 * @param error null when it is ready; else why it cannot take part, with the remedy
 */
public record ArmedMessage(String runId, @Nullable String error) {}
