/** Checks of the ways between machines: names, ports, answers, addresses. */
@NullMarked
package aifactory.commandline.doctor;

import org.jspecify.annotations.NullMarked;
