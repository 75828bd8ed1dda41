/** The world around one invocation of the command line: environment, streams, terminal, clock and interruption. */
@NullMarked
package aifactory.commandline.session;

import org.jspecify.annotations.NullMarked;
