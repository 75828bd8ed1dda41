@NullMarked
package aifactory.workload.dialect;

import org.jspecify.annotations.NullMarked;
