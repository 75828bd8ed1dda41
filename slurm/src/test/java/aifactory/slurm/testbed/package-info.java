/**
 * The contract on a real cluster. Not part of the ordinary build, which has none: the names of these classes are not
 * those that it runs.
 * {@code ./mvnw -pl slurm test -Dtest='*OnTestbed' -Daifactory.testbed.exec=testbed/exec
 * -Daifactory.testbed.version=22.05}
 */
package aifactory.slurm.testbed;
