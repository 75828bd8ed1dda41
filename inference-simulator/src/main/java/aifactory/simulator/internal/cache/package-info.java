/** The simulated cache of prompt prefixes. */
@NullMarked
package aifactory.simulator.internal.cache;

import org.jspecify.annotations.NullMarked;
