/** Starts and stops a simulated server. */
@NullMarked
package aifactory.simulator.server;

import org.jspecify.annotations.NullMarked;
