/** State machines of groups and their runs, and their monitoring. */
@NullMarked
package aifactory.service.coordination;

import org.jspecify.annotations.NullMarked;
