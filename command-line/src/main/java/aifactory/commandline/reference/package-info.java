/** The reference of everything that can be configured, written out of what the program itself goes by. */
@NullMarked
package aifactory.commandline.reference;

import org.jspecify.annotations.NullMarked;
