/** Prompts and arrival times from files. */
@NullMarked
package aifactory.workload.dataset;

import org.jspecify.annotations.NullMarked;
