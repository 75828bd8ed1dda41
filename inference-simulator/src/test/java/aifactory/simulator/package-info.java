@NullMarked
package aifactory.simulator;

import org.jspecify.annotations.NullMarked;
