/** The files of a dataset: directories, compression, layouts, and the places of the records in them. */
@NullMarked
package aifactory.workload.dataset.source;

import org.jspecify.annotations.NullMarked;
