/** Responses that were recorded, sent again. */
@NullMarked
package aifactory.simulator.internal.replay;

import org.jspecify.annotations.NullMarked;
