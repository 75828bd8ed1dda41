@NullMarked
package aifactory.server.process;

import org.jspecify.annotations.NullMarked;
