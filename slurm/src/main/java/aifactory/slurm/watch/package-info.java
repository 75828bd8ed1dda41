/** Follows jobs, resolves submissions of unknown outcome, stops jobs. */
@NullMarked
package aifactory.slurm.watch;

import org.jspecify.annotations.NullMarked;
