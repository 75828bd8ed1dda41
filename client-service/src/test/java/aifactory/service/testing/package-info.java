/** A real service in this process, with hand-written fakes on both its sides. */
@NullMarked
package aifactory.service.testing;

import org.jspecify.annotations.NullMarked;
