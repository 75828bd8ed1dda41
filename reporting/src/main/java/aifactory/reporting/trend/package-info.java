/** Changes of a metric over the runs of a series. */
@NullMarked
package aifactory.reporting.trend;

import org.jspecify.annotations.NullMarked;
