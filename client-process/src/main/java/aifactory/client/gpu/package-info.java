/** Samples of the node's GPUs. */
@NullMarked
package aifactory.client.gpu;

import org.jspecify.annotations.NullMarked;
