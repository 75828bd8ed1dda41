/** Who may do what, and where the service is found. */
@NullMarked
package aifactory.service.access;

import org.jspecify.annotations.NullMarked;
