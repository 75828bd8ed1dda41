package aifactory.access;

import org.jspecify.annotations.Nullable;

/**
 * A model as a server lists it.
 *
 * @param maxModelLength largest number of input and output tokens of one request; null where the server does not report
 *      it
 */
public record ServedModel(String id, @Nullable Long maxModelLength) {}
