@NullMarked
package aifactory.engine.loop;

import org.jspecify.annotations.NullMarked;
