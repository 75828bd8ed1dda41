@NullMarked
package aifactory.simulator.internal.generation;

import org.jspecify.annotations.NullMarked;
