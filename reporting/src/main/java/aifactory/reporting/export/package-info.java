/** The formats of other tools, so that what people have written for those keeps working. */
@NullMarked
package aifactory.reporting.export;

import org.jspecify.annotations.NullMarked;
