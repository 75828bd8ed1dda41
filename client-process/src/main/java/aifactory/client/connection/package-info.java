/** The Client Service as a client sees it: registration, clock samples, typed requests. */
@NullMarked
package aifactory.client.connection;

import org.jspecify.annotations.NullMarked;
