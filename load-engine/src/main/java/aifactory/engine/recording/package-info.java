@NullMarked
package aifactory.engine.recording;

import org.jspecify.annotations.NullMarked;
