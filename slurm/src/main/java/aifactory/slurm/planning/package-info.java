/** What a benchmark needs, where it fits, when it could start and what it costs. */
@NullMarked
package aifactory.slurm.planning;

import org.jspecify.annotations.NullMarked;
