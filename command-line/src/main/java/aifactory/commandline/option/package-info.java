/** Options that several verbs share, and the forms in which their values are written. */
@NullMarked
package aifactory.commandline.option;

import org.jspecify.annotations.NullMarked;
