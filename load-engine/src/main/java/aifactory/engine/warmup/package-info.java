/** Makes the virtual machine compile the engine before it measures anything. */
@NullMarked
package aifactory.engine.warmup;

import org.jspecify.annotations.NullMarked;
