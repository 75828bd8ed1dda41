/** Kills a real service process again and again, and looks whether anything that it acknowledged is gone. */
@NullMarked
package aifactory.service.faults;

import org.jspecify.annotations.NullMarked;
