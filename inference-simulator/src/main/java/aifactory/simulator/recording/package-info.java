/** Reads recordings of responses from files. */
@NullMarked
package aifactory.simulator.recording;

import org.jspecify.annotations.NullMarked;
