/** Metrics of AI servers while they are measured. */
@NullMarked
package aifactory.service.observation;

import org.jspecify.annotations.NullMarked;
