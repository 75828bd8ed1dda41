/** Determines whether two sides of runs differ, with confidence intervals. */
@NullMarked
package aifactory.reporting.comparison;

import org.jspecify.annotations.NullMarked;
