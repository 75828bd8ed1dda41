package aifactory.workload.prompt;

import aifactory.workload.Endpoint;
import aifactory.workload.WorkloadSpecification;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What users add to the members of a request's body, change in them or take away. Stateless. */
final class ExtraBody {
    private static final String LIMIT = "max_tokens";
    private static final String LIMIT_WITH_REASONING = "max_completion_tokens";
    /** Models of OpenAI that refuse {@code max_tokens}, below any prefix of a gateway. */
    private static final Pattern REFUSES_MAX_TOKENS = Pattern.compile("(?:.*/)?(?:o[1-9]|gpt-5)(?:[-.:@].*)?");

    private ExtraBody() {}

    /**
     * The members with those that users add: an object is merged with an object of the same name, any other value
     * replaces, and null takes a member away that is there. Null for a member that is not there is sent, as some
     * servers require.
     */
    static Map<String, Object> merged(Map<String, Object> own, Map<?, ?> added) {
        Map<String, Object> members = new LinkedHashMap<>(own);
        added.forEach((key, value) -> {
            String name = String.valueOf(key);
            Object before = members.get(name);
            if (value == null && before != null) {
                members.remove(name);
            } else if (before instanceof Map<?, ?> object && value instanceof Map<?, ?> more) {
                Map<String, Object> copy = new LinkedHashMap<>();
                object.forEach((inner, each) -> copy.put(String.valueOf(inner), each));
                members.put(name, merged(copy, more));
            } else {
                members.put(name, value);
            }
        });
        return members;
    }

    /**
     * The name of the member that bounds the output: the one that is asked for, or the one that the model does not
     * refuse.
     */
    static String outputLimitName(WorkloadSpecification specification, String model) {
        String asked = specification.payload().maxTokensName();
        if (asked != null) {
            return asked;
        }
        boolean isChat = specification.endpoint() == Endpoint.CHAT;
        return isChat && REFUSES_MAX_TOKENS.matcher(model).matches() ? LIMIT_WITH_REASONING : LIMIT;
    }
}
