/** Shows how a run goes while it runs: redrawn in place on a terminal, a plain line now and then elsewhere. */
@NullMarked
package aifactory.commandline.progress;

import org.jspecify.annotations.NullMarked;
