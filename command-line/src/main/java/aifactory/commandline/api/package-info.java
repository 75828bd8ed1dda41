/** Talks to a Client Service over its public HTTP API. */
@NullMarked
package aifactory.commandline.api;

import org.jspecify.annotations.NullMarked;
