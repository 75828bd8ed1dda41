package aifactory.workload;

/**
 * A request that is not one of the known endpoints.
 *
 * @param path below the AI server's address
 * @param body JSON text in which {@code {prompt}}, {@code {model}}, {@code {max_tokens}} and {@code {index}} are replaced
 * @param contentPointer a JSON pointer to the generated text within an answer or an event
 */
public record RequestTemplate(String path, String body, String contentPointer) {}
