/** How AI servers are accessed apart from the load: trust, key, bounded requests, and who they are. */
@NullMarked
package aifactory.access;

import org.jspecify.annotations.NullMarked;
