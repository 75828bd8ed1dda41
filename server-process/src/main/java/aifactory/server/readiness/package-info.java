/** Whether a server answers: its health, a first real token, and being warm. */
@NullMarked
package aifactory.server.readiness;

import org.jspecify.annotations.NullMarked;
