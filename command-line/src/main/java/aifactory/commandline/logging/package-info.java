/** Where the program's own log goes. */
@NullMarked
package aifactory.commandline.logging;

import org.jspecify.annotations.NullMarked;
