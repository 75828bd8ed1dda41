package aifactory.engine.answer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Finds out whether a JSON document says that something went wrong, in any of the dialects that servers and gateways
 * speak, and what. Only for what is not an ordinary event: it reads the whole document and allocates. Stateless.
 */
final class ServerErrors {
    private static final int DEEPEST = 5;
    /** Members whose presence indicates an error, in a document that is not an answer. */
    private static final List<String> ERROR_MEMBERS = List.of(
            "errors",
            "detail",
            "error_message",
            "errormessage",
            "error_msg",
            "errormsg",
            "errmsg",
            "exception",
            "fault");

    /** Members that hold the message, the best first. */
    private static final List<String> MESSAGE_MEMBERS = List.of(
            "message",
            "msg",
            "error_message",
            "errormessage",
            "error_msg",
            "errormsg",
            "errmsg",
            "status_msg",
            "detail",
            "description",
            "error_description",
            "reason",
            "title",
            "faultstring",
            "exception",
            "error",
            "errors",
            "fault",
            "details");

    private static final List<String> CODE_MEMBERS = List.of("code", "error_code", "errorcode", "errcode", "err_code");
    /** HTTP statuses, or descriptions of progress. */
    private static final List<String> STATUS_MEMBERS = List.of("status", "statuscode", "status_code");

    /** Members in which gateways say how the request went: MiniMax; iFlytek; Google's RPC. */
    private static final List<String> RESULT_MEMBERS = List.of("base_resp", "header", "status");

    private static final List<String> SUCCESS_WORDS = List.of("ok", "success", "succeeded", "successful", "true");
    private static final List<String> FAILURE_WORDS = List.of("error", "failed", "failure", "fail");

    private ServerErrors() {}

    /**
     * What the document says went wrong, as a line for users.
     *
     * @param isAnswer whether it has the form of an answer of the endpoint: then only an error member counts, since any
     *      other name may mean something else there
     * @return null when it says nothing of the kind, or is not JSON
     */
    static @Nullable String in(byte[] bytes, int from, int to, boolean isAnswer) {
        JsonNode root = tree(bytes, from, to);
        return root == null ? null : in(root, isAnswer);
    }

    static @Nullable String in(JsonNode root, boolean isAnswer) {
        JsonNode document = root.isArray() && !root.isEmpty() ? root.get(0) : root;
        if (!document.isObject()) {
            return null;
        }
        Map<String, JsonNode> members = members(document);
        for (JsonNode error : errorsOf(document, members)) {
            if (saysError(error, 0)) {
                return words(error);
            }
        }
        boolean error = isWord(members.get("object"), "error") || isWord(members.get("type"), "error");
        if (error || (!isAnswer && isErrorWithoutMember(members))) {
            return words(document);
        }
        return null;
    }

    /**
     * What the value of a field, or of an event, says that is called an error.
     *
     * @return null if it indicates no error: {@code null}, empty, 0 or false
     */
    static @Nullable String inField(byte[] bytes, int from, int to) {
        JsonNode value = tree(bytes, from, to);
        if (value == null) {
            String text = ErrorText.excerpt(bytes, from, to);
            return text.isBlank() ? null : text;
        }
        return saysError(value, 0) ? words(value) : null;
    }

    /**
     * What an unfinished line of a stream says went wrong: bare JSON, a field of data, or one that is called an error.
     */
    static @Nullable String inLine(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        int from = text.startsWith("data:") ? 5 : 0;
        if (text.startsWith("error:")) {
            return inField(line, 6, line.length);
        }
        return in(line, from, line.length, from > 0);
    }

    /** The message of a document that is known to indicate an error, or its beginning. */
    static String messageOf(byte[] bytes, int from, int to) {
        JsonNode value = tree(bytes, from, to);
        String message = value == null ? null : message(value, 0);
        return message == null ? ErrorText.excerpt(bytes, from, to) : message;
    }

    /** What the last line says went wrong, where a body is lines of JSON. */
    static @Nullable String inLastLine(byte[] bytes, int from, int to) {
        int end = to;
        while (end > from && bytes[end - 1] <= ' ' && bytes[end - 1] >= 0) {
            end--;
        }
        int start = end;
        while (start > from && bytes[start - 1] != '\n' && bytes[start - 1] != '\r') {
            start--;
        }
        return in(bytes, start, end, false);
    }

    /** Whether it is one JSON value. */
    static boolean isJson(byte[] bytes, int from, int to) {
        return tree(bytes, from, to) != null;
    }

    private static @Nullable JsonNode tree(byte[] bytes, int from, int to) {
        try {
            JsonNode root = WholeJson.READER.readValue(bytes, from, to - from);
            return root == null || root.isMissingNode() ? null : root;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static String words(JsonNode error) {
        String message = message(error, 0);
        return message == null ? ErrorText.clean(error.toString()) : message;
    }

    /** Where an error may be in any document, an answer too. */
    private static List<JsonNode> errorsOf(JsonNode document, Map<String, JsonNode> members) {
        List<JsonNode> errors = new ArrayList<>();
        JsonNode error = members.get("error");
        if (error != null) {
            errors.add(error);
        }
        for (JsonNode choice : document.path("choices")) {
            errors.add(choice.path("error"));
        }
        errors.add(document.at("/response/error"));
        return errors;
    }

    /** Names in lower case: not all servers write them so. */
    private static Map<String, JsonNode> members(JsonNode document) {
        Map<String, JsonNode> members = new TreeMap<>();
        document.properties()
                .forEach(member -> members.putIfAbsent(member.getKey().toLowerCase(Locale.ROOT), member.getValue()));
        return members;
    }

    private static boolean isErrorWithoutMember(Map<String, JsonNode> members) {
        for (String name : ERROR_MEMBERS) {
            if (saysError(members.get(name), 0)) {
                return true;
            }
        }
        for (String name : RESULT_MEMBERS) {
            JsonNode result = members.get(name);
            if (result != null && result.isObject() && isErrorByCode(members(result))) {
                return true;
            }
        }
        for (Map.Entry<String, JsonNode> member : members.entrySet()) {
            String name = member.getKey();
            boolean named = name.endsWith("exception") || name.endsWith("error");
            if (named && member.getValue().isObject() && saysError(member.getValue(), 0)) {
                return true;
            }
        }
        boolean failed = STATUS_MEMBERS.stream().anyMatch(name -> isOneOf(members.get(name), FAILURE_WORDS))
                || isFalse(members.get("success"))
                || isFalse(members.get("ok"));
        return failed || isErrorByCode(members);
    }

    /** A message and a code, or a kind, that is no success. */
    private static boolean isErrorByCode(Map<String, JsonNode> members) {
        boolean hasMessage =
                Stream.of("message", "msg", "status_msg").anyMatch(name -> saysError(members.get(name), 0));
        return hasMessage && (hasErrorCode(members) || hasErrorType(members));
    }

    private static boolean hasErrorCode(Map<String, JsonNode> members) {
        for (String name : CODE_MEMBERS) {
            JsonNode code = members.get(name);
            boolean word = code != null && code.isString() && saysError(code, 0) && !isOneOf(code, SUCCESS_WORDS);
            int number = number(code);
            if (number < 0 ? word : number != 0 && (number < 200 || number > 299)) {
                return true;
            }
        }
        return STATUS_MEMBERS.stream().anyMatch(name -> number(members.get(name)) >= 400);
    }

    /** A number, also one in quotation marks; negative if it is not a number. */
    private static int number(@Nullable JsonNode node) {
        if (node == null) {
            return -1;
        }
        if (node.isString() && node.stringValue().matches("\\d{1,9}")) {
            return Integer.parseInt(node.stringValue());
        }
        return node.isNumber() ? Math.abs(node.asInt(Integer.MAX_VALUE)) : -1;
    }

    private static boolean hasErrorType(Map<String, JsonNode> members) {
        return Stream.of("type", "error_type", "__type").anyMatch(name -> {
            JsonNode type = members.get(name);
            String word = type != null && type.isString() ? type.stringValue().toLowerCase(Locale.ROOT) : "";
            return word.contains("error") || word.contains("exception");
        });
    }

    private static boolean isFalse(@Nullable JsonNode node) {
        return node != null && node.isBoolean() && !node.booleanValue();
    }

    private static boolean isWord(@Nullable JsonNode node, String word) {
        return node != null && node.isString() && node.stringValue().equalsIgnoreCase(word);
    }

    private static boolean isOneOf(@Nullable JsonNode node, List<String> words) {
        return node != null
                && node.isString()
                && words.contains(node.stringValue().toLowerCase(Locale.ROOT));
    }

    /**
     * An error member that is null, empty, 0 or false indicates no error, and so does one that contains only such
     * values.
     */
    private static boolean saysError(@Nullable JsonNode node, int depth) {
        if (node == null || depth > DEEPEST) {
            return node != null;
        }
        return switch (node.getNodeType()) {
            case MISSING, NULL -> false;
            case STRING -> !node.stringValue().isBlank();
            case NUMBER -> node.asDouble(1) != 0;
            case BOOLEAN -> node.booleanValue();
            case ARRAY, OBJECT -> node.values().stream().anyMatch(inner -> saysError(inner, depth + 1));
            case BINARY, POJO -> true;
        };
    }

    private static @Nullable String message(JsonNode node, int depth) {
        if (depth > DEEPEST) {
            return null;
        }
        if (node.isString()) {
            return node.stringValue().isBlank() ? null : ErrorText.clean(node.stringValue());
        }
        if (node.isArray()) {
            return node.isEmpty() ? null : message(node.get(0), depth + 1);
        }
        Map<String, JsonNode> members = node.isObject() ? members(node) : Map.of();
        JsonNode error = members.get("error");
        String inner = error != null && !error.isString() ? message(error, depth + 1) : null;
        for (int i = 0; inner == null && i < MESSAGE_MEMBERS.size(); i++) {
            JsonNode member = members.get(MESSAGE_MEMBERS.get(i));
            inner = member == null ? null : message(member, depth + 1);
        }
        for (JsonNode member : node.isObject() ? node.values() : List.<JsonNode>of()) {
            inner = inner == null && member.isObject() ? message(member, depth + 1) : inner;
        }
        return inner;
    }
}
