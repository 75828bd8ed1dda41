/** Follows groups and runs until they are where they should be, and judges what came out. */
@NullMarked
package aifactory.commandline.follow;

import org.jspecify.annotations.NullMarked;
