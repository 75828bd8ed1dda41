@NullMarked
package aifactory.simulator.internal.fault;

import org.jspecify.annotations.NullMarked;
