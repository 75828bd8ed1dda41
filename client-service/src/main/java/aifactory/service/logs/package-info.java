/** The log files that jobs leave. */
@NullMarked
package aifactory.service.logs;

import org.jspecify.annotations.NullMarked;
