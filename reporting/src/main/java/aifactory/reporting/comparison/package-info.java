/** Tells whether two sides of runs differ, and how sure that is. */
@NullMarked
package aifactory.reporting.comparison;

import org.jspecify.annotations.NullMarked;
