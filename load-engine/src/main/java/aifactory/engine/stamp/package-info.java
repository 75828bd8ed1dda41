/** When bytes arrived: receive stamps of the kernel on the monotonic clock, and how far they can be off. */
@NullMarked
package aifactory.engine.stamp;

import org.jspecify.annotations.NullMarked;
