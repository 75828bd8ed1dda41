@NullMarked
package aifactory.server.readiness;

import org.jspecify.annotations.NullMarked;
