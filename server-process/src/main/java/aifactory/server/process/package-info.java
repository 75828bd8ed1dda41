/** The server's own process: its command, its output, its end and the causes of it. */
@NullMarked
package aifactory.server.process;

import org.jspecify.annotations.NullMarked;
