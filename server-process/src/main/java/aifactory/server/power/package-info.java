/** Power and energy of the node that a server runs on. */
@NullMarked
package aifactory.server.power;

import org.jspecify.annotations.NullMarked;
