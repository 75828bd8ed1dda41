/** The service's commands: polled, carried out in order, each exactly once. */
@NullMarked
package aifactory.client.command;

import org.jspecify.annotations.NullMarked;
