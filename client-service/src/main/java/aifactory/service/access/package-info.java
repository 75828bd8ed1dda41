/** Who may call, and how the service is found. */
@NullMarked
package aifactory.service.access;

import org.jspecify.annotations.NullMarked;
