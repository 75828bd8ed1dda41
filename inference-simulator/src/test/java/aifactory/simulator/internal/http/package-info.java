@NullMarked
package aifactory.simulator.internal.http;

import org.jspecify.annotations.NullMarked;
