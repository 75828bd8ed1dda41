/** HTTP towards the Client Service: requests, and answers sorted into what was meant. */
@NullMarked
package aifactory.node.connection;

import org.jspecify.annotations.NullMarked;
