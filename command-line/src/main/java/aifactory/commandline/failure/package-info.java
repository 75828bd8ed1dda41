/** How the command line fails: exit codes, and one line for users that names the value and the remedy. */
@NullMarked
package aifactory.commandline.failure;

import org.jspecify.annotations.NullMarked;
