/** What the process is told by its job: Slurm's variables, the group's secret. */
@NullMarked
package aifactory.node.environment;

import org.jspecify.annotations.NullMarked;
