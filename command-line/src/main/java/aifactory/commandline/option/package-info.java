/** Options that several commands share, and the formats of their values. */
@NullMarked
package aifactory.commandline.option;

import org.jspecify.annotations.NullMarked;
