/** Figures for Prometheus. */
@NullMarked
package aifactory.service.metrics;

import org.jspecify.annotations.NullMarked;
