/** The declared table of the keys of a workload: names, options, types, bounds, defaults and descriptions. */
@NullMarked
package aifactory.workload.key;

import org.jspecify.annotations.NullMarked;
