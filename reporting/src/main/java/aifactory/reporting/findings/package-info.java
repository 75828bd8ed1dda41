/** The findings of a run: what a reader has to know before using the values of a valid run. */
@NullMarked
package aifactory.reporting.findings;

import org.jspecify.annotations.NullMarked;
