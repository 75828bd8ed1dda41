/** The APIs of AI servers other than OpenAI's older ones: the body of their requests, and what their responses say. */
@NullMarked
package aifactory.workload.dialect;

import org.jspecify.annotations.NullMarked;
