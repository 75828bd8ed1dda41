package aifactory.workload.dialect;

/**
 * What a body is made of. What differs from request to request is a mark here, which is replaced for each request.
 *
 * @param model the model's name
 * @param messages for an API that takes the messages of a chat
 * @param prompt for one that takes a text
 * @param documents for one that compares texts with a prompt
 * @param outputTokens that are asked for
 */
public record BodyParts(
        String model,
        boolean streaming,
        boolean ignoreEos,
        Object messages,
        String prompt,
        Object documents,
        long outputTokens) {}
