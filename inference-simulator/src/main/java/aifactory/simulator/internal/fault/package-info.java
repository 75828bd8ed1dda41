/** Which faults happen to which request. */
@NullMarked
package aifactory.simulator.internal.fault;

import org.jspecify.annotations.NullMarked;
