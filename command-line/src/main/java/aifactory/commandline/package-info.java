@NullMarked
package aifactory.commandline;

import org.jspecify.annotations.NullMarked;
