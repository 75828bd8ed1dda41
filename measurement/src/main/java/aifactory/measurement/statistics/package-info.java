/** Statistical tests and intervals: pure computation on numbers, with known error rates. */
@org.jspecify.annotations.NullMarked
package aifactory.measurement.statistics;
