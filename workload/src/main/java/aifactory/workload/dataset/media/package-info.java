/** Images and audio that the messages of a dataset refer to by the paths of their files. */
@NullMarked
package aifactory.workload.dataset.media;

import org.jspecify.annotations.NullMarked;
