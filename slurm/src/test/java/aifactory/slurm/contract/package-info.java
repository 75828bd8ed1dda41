/** The contract of every gateway, for every interface and every cluster. */
package aifactory.slurm.contract;
