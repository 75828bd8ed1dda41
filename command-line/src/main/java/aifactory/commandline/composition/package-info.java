/**
 * Where the modules are put together: the service with its dispatcher and reports, the client with its engine, and
 * processes.
 */
@NullMarked
package aifactory.commandline.composition;

import org.jspecify.annotations.NullMarked;
