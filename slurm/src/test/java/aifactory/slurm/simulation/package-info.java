/** A Slurm cluster in memory with a virtual clock, answering commands and REST requests as the real one does. */
@NullMarked
package aifactory.slurm.simulation;

import org.jspecify.annotations.NullMarked;
