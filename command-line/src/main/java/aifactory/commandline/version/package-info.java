/** Which build of the program this is. */
@NullMarked
package aifactory.commandline.version;

import org.jspecify.annotations.NullMarked;
