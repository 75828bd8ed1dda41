@NullMarked
package aifactory.simulator.internal.timing;

import org.jspecify.annotations.NullMarked;
