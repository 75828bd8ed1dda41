package aifactory.service.redaction;

import aifactory.protocol.JsonFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hides what may be a secret: every value of a header and of a server's environment, the values of members and options
 * that are named like a key, and credentials in texts. Names stay, so that people see what was set. Stateless.
 */
public final class Redaction {
    /** What is shown instead of a secret. */
    public static final String HIDDEN = "***";

    /** Shorter values are words and numbers that occur anywhere. */
    private static final int SHORTEST = 6;

    private static final Set<String> MAPS_OF_SECRETS = Set.of("headers", "environment");
    private static final Set<String> SECRET_WORDS = Set.of(
            "secret",
            "token",
            "password",
            "passwd",
            "passphrase",
            "credential",
            "credentials",
            "authorization",
            "cookie",
            "apikey");
    private static final Pattern OPTION = Pattern.compile("(?s)(--?[A-Za-z][\\w.-]*|[A-Za-z_]\\w*)=(.*)");
    private static final Pattern HEADER = Pattern.compile("(?s)([A-Za-z][A-Za-z0-9-]*)\\s*:\\s*(\\S.*)");
    private static final Pattern CREDENTIALS = Pattern.compile("(?i)(\\bbearer\\s+|\\bbasic\\s+|://)([^\\s'\"@]+)(@?)");

    private Redaction() {}

    /** A record or a map as JSON, without its secrets. */
    public static String json(Object value) {
        return JsonFormat.mapper().writeValueAsString(tree(value));
    }

    /** The same as a separate tree. */
    public static JsonNode tree(Object value) {
        JsonNode tree = JsonFormat.mapper().valueToTree(value);
        hide(tree);
        return tree;
    }

    private static void hide(JsonNode node) {
        if (node instanceof ArrayNode array) {
            array.forEach(Redaction::hide);
        } else if (node instanceof ObjectNode members) {
            for (String name : List.copyOf(members.propertyNames())) {
                hideMember(members, name);
            }
        }
    }

    private static void hideMember(ObjectNode members, String name) {
        JsonNode value = members.get(name);
        if (MAPS_OF_SECRETS.contains(name) && value instanceof ObjectNode secrets) {
            List.copyOf(secrets.propertyNames()).forEach(each -> secrets.put(each, HIDDEN));
        } else if (name.equals("command") && value instanceof ArrayNode words) {
            List<String> shown =
                    command(words.valueStream().map(word -> word.asString("")).toList());
            words.removeAll();
            shown.forEach(words::add);
        } else if (isSecretName(name) && value.isValueNode() && !value.isNull()) {
            members.put(name, HIDDEN);
        } else if (value.isString()) {
            members.put(name, text(value.stringValue()));
        } else {
            hide(value);
        }
    }

    /**
     * Whether a name is one that secrets have: {@code HF_TOKEN}, {@code api-key}; the name of a file that contains one
     * is not.
     */
    public static boolean isSecretName(String name) {
        List<String> words =
                List.of(name.replaceFirst("^-+", "").toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
        String last = words.isEmpty() ? "" : words.getLast();
        if (last.equals("file") || last.equals("path")) {
            return false;
        }
        return words.stream().anyMatch(SECRET_WORDS::contains) || last.equals("key");
    }

    /** The words of a command without the values of options, variables and headers that are named like a key. */
    public static List<String> command(List<String> words) {
        List<String> shown = new ArrayList<>();
        boolean isValueOfSecret = false;
        for (String word : words) {
            if (isValueOfSecret && !word.startsWith("--")) {
                shown.add(HIDDEN);
                isValueOfSecret = false;
                continue;
            }
            Matcher option = OPTION.matcher(word);
            isValueOfSecret = word.startsWith("-") && !word.contains("=") && isSecretName(word);
            shown.add(option.matches() && isSecretName(option.group(1)) ? option.group(1) + "=" + HIDDEN : text(word));
        }
        return shown;
    }

    /** The arguments of a server by name. */
    public static Map<String, Object> arguments(Map<String, Object> arguments) {
        Map<String, Object> shown = new TreeMap<>(arguments);
        shown.replaceAll(
                (name, value) -> isSecretName(name) ? HIDDEN : value instanceof String words ? text(words) : value);
        return shown;
    }

    /** A text without credentials: a header that carries them, or a URL with a password. */
    public static String text(String text) {
        Matcher header = HEADER.matcher(text);
        if (header.matches() && isSecretName(header.group(1))) {
            return header.group(1) + ": " + HIDDEN;
        }
        return CREDENTIALS
                .matcher(text)
                .replaceAll(
                        found -> found.group(1).equals("://") && found.group(3).isEmpty()
                                ? Matcher.quoteReplacement(found.group())
                                : Matcher.quoteReplacement(found.group(1) + HIDDEN + found.group(3)));
    }

    /**
     * A text in which the values that are known to be secrets do not occur; those that are too short to be one are
     * left.
     *
     * @param secrets of the owner of the text
     */
    public static String without(Collection<String> secrets, String text) {
        String shown = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                shown = shown.replace(secret, HIDDEN);
            }
        }
        return shown;
    }

    /** The cause of a journal entry, which earlier versions wrote down with everything that was asked for. */
    public static @Nullable String cause(@Nullable String cause) {
        if (cause == null || !cause.startsWith("{")) {
            return cause;
        }
        try {
            return json(JsonFormat.mapper().readTree(cause));
        } catch (JacksonException e) {
            return cause;
        }
    }
}
