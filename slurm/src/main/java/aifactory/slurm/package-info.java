@NullMarked
package aifactory.slurm;

import org.jspecify.annotations.NullMarked;
