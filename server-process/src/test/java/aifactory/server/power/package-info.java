/** Power of recorded tools. */
@NullMarked
package aifactory.server.power;

import org.jspecify.annotations.NullMarked;
