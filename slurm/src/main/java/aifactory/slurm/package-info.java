/**
 * Talking to Slurm 22.05 to 26.05: the {@link aifactory.slurm.SlurmGateway} and what it answers. Sub-packages by
 * feature: {@code command} and {@code rest} are the two gateways, {@code job} builds job scripts, {@code watch} follows
 * and stops jobs, {@code diagnosis}, {@code planning} and {@code usage} explain them. Tests have a whole cluster with a
 * virtual clock in {@code simulation}.
 */
@NullMarked
package aifactory.slurm;

import org.jspecify.annotations.NullMarked;
