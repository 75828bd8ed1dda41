/** Runs of load and their results. */
@NullMarked
package aifactory.service.runs;

import org.jspecify.annotations.NullMarked;
