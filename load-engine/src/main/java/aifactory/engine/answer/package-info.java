@NullMarked
package aifactory.engine.answer;

import org.jspecify.annotations.NullMarked;
