/**
 * Explains the latencies of a run: a stack of where the time went, and the causes that limit the server. Pure
 * functions of a result.
 */
@NullMarked
package aifactory.reporting.explanation;

import org.jspecify.annotations.NullMarked;
