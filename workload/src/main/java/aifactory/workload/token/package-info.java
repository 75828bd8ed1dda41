/** Counting tokens as a model's own tokenizer does. */
@NullMarked
package aifactory.workload.token;

import org.jspecify.annotations.NullMarked;
