/** What client processes say and are told. */
@NullMarked
package aifactory.service.control;

import org.jspecify.annotations.NullMarked;
