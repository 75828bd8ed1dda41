/** The commands of {@code aifactory}, one file each. */
@NullMarked
package aifactory.commandline.verb;

import org.jspecify.annotations.NullMarked;
