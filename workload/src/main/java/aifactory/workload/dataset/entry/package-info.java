/** The entries of datasets: sessions with their turns, and the formats that they are read from. */
@NullMarked
package aifactory.workload.dataset.entry;

import org.jspecify.annotations.NullMarked;
