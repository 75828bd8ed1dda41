/** Starting and ending the client processes of a group. */
@NullMarked
package aifactory.service.dispatch;

import org.jspecify.annotations.NullMarked;
