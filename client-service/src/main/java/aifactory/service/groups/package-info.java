/** Groups of client processes and their life. */
@NullMarked
package aifactory.service.groups;

import org.jspecify.annotations.NullMarked;
