/** What the simulator says about itself: metrics, statistics and the log of true times. */
@NullMarked
package aifactory.simulator.internal.observation;

import org.jspecify.annotations.NullMarked;
