/** The files of a run: written, and read again. */
@NullMarked
package aifactory.reporting.files;

import org.jspecify.annotations.NullMarked;
