/** Makes the result of a run from what its clients measured. */
@NullMarked
package aifactory.reporting.result;

import org.jspecify.annotations.NullMarked;
