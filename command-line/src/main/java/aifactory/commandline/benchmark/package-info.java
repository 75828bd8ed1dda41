/** One benchmark from the creation of its group to the files of its result. */
@NullMarked
package aifactory.commandline.benchmark;

import org.jspecify.annotations.NullMarked;
