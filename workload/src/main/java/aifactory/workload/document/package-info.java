/** Whether the text of a response is the JSON document that the request asked for. */
@NullMarked
package aifactory.workload.document;

import org.jspecify.annotations.NullMarked;
