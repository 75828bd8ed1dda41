/** When answers are due: server time, its timer and the latencies drawn for each request. */
@NullMarked
package aifactory.simulator.internal.timing;

import org.jspecify.annotations.NullMarked;
