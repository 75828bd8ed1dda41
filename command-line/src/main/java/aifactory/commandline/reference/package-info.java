/** The reference of everything that can be configured, generated from the definitions that the program uses. */
@NullMarked
package aifactory.commandline.reference;

import org.jspecify.annotations.NullMarked;
