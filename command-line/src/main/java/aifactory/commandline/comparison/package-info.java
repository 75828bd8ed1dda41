/** What {@code aifactory compare} is given, and what its finding means to the caller. */
@NullMarked
package aifactory.commandline.comparison;

import org.jspecify.annotations.NullMarked;
