@NullMarked
package aifactory.engine;

import org.jspecify.annotations.NullMarked;
