/** Where the files of a run go. */
@NullMarked
package aifactory.commandline.output;

import org.jspecify.annotations.NullMarked;
