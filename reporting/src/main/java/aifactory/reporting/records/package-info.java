/** Request records as files: written, read, and summed up in one pass. */
@NullMarked
package aifactory.reporting.records;

import org.jspecify.annotations.NullMarked;
