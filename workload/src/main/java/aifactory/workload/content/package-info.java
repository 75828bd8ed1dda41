/** Opens what a workload names: its dataset and its tokenizer. */
@NullMarked
package aifactory.workload.content;

import org.jspecify.annotations.NullMarked;
