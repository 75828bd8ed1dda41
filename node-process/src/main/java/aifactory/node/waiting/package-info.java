/** What happens once, and waiting for it. */
@NullMarked
package aifactory.node.waiting;

import org.jspecify.annotations.NullMarked;
