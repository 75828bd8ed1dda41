/** Client processes on this machine. */
@NullMarked
package aifactory.service.dispatch.local;

import org.jspecify.annotations.NullMarked;
