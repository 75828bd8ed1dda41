@NullMarked
package aifactory.measurement.statistics;

import org.jspecify.annotations.NullMarked;
