/** The process that runs beside an AI server: it starts the server, watches over it and tells the Client Service of it. */
@NullMarked
package aifactory.server;

import org.jspecify.annotations.NullMarked;
