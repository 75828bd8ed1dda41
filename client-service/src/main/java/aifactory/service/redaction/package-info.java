/** Keeps secrets of users out of what others are shown. */
@NullMarked
package aifactory.service.redaction;

import org.jspecify.annotations.NullMarked;
