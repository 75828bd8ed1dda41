/** Numbered batches, from the engine's intervals to the service's acknowledgement. */
@NullMarked
package aifactory.client.delivery;

import org.jspecify.annotations.NullMarked;
