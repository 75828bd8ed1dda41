@NullMarked
package aifactory.engine.stamp;

import org.jspecify.annotations.NullMarked;
