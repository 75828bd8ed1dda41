@NullMarked
package aifactory.workload.arrival;

import org.jspecify.annotations.NullMarked;
