@NullMarked
package aifactory.benchmarks;

import org.jspecify.annotations.NullMarked;
