/** HTTP towards the Client Service: registration, clock samples, typed requests. */
@NullMarked
package aifactory.client.connection;

import org.jspecify.annotations.NullMarked;
