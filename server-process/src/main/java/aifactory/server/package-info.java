/** The process that runs next to an AI server: it starts and monitors the server and reports to the Client Service. */
@NullMarked
package aifactory.server;

import org.jspecify.annotations.NullMarked;
