/** Assembles the Client Service from its parts. */
@NullMarked
package aifactory.service.composition;

import org.jspecify.annotations.NullMarked;
