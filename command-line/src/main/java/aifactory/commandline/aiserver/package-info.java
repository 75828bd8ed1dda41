/** Looks at an AI server before a benchmark is started against it. */
@NullMarked
package aifactory.commandline.aiserver;

import org.jspecify.annotations.NullMarked;
