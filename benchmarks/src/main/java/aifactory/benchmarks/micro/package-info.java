/** Times of single parts of the engine, by JMH. */
@NullMarked
package aifactory.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
