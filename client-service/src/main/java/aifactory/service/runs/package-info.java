/** Runs: one load, measured by the clients of a group. */
@NullMarked
package aifactory.service.runs;

import org.jspecify.annotations.NullMarked;
