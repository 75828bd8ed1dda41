@NullMarked
package aifactory.engine.watchdog;

import org.jspecify.annotations.NullMarked;
