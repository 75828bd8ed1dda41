/**
 * How much load a server carries within its targets: the search, the judgement of its steps, the curve. Knows nothing
 * of processes.
 */
@NullMarked
package aifactory.capacity;

import org.jspecify.annotations.NullMarked;
