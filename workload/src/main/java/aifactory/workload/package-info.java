@NullMarked
package aifactory.workload;

import org.jspecify.annotations.NullMarked;
