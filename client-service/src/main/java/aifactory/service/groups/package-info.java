/** Groups: allocations and the client processes in them. */
@NullMarked
package aifactory.service.groups;

import org.jspecify.annotations.NullMarked;
