@NullMarked
package aifactory.simulator.internal.observation;

import org.jspecify.annotations.NullMarked;
