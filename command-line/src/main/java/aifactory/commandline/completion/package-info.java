/** Scripts with which shells complete commands, options and their values. */
@NullMarked
package aifactory.commandline.completion;

import org.jspecify.annotations.NullMarked;
