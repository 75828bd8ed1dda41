@NullMarked
package aifactory.workload.prompt;

import org.jspecify.annotations.NullMarked;
