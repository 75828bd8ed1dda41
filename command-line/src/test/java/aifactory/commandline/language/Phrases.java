package aifactory.commandline.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Phrases that are grammatical but not idiomatic in technical English, each with its replacement. A phrase is found
 * across line breaks, the marks of comments and joined literals. A whole literal, such as a state's name in quotes, is
 * an identifier and allowed, and so is inline code. Stateless.
 */
final class Phrases {
    /** @param line from 1 */
    record Hit(int line, String phrase, String instead) {}

    /** @param words alternatives by position, in small letters */
    private record Phrase(List<Set<String>> words, String instead) {}

    private static final Map<String, List<Phrase>> BY_FIRST_WORD = new HashMap<>();

    static {
        // Words are separated by blanks, alternatives for one position by slashes, phrases by commas.
        add("nobody/somebody/everybody/anybody", "the actor: 'no process', 'another user', 'every client'");
        add("whoever", "the actor: 'a caller that', 'the client that'");
        add("whatever", "'any', 'regardless of', 'independent of'");
        add("go/goes before", "'take precedence over', 'override', 'come first'");
        add(
                "tell/tells of/how/whether/what/where/why/who/them/it/you/the/more/nothing/which/a/an/its",
                "'show', 'report', 'describe', 'determine'");
        add("told/telling, tell/tells apart", "'reported', 'notified', 'ordered', 'distinguish'");
        add("bring/brings/bringing/brought home, come/comes home", "'collect'");
        add("begun", "'started'");
        add("anew", "'again', or a verb with re-: 'restarted', 'recreated'");
        add("of its/their/your/an/our/his own", "'own', 'separate', 'dedicated'");
        add("in words", "'as text', 'with an explanation'");
        add("is/are/was/were none", "'is not a valid …', 'is missing', 'is not one of …'");
        add("can/could/cannot be had", "'is available', 'is in use'");
        add("is/are/was/were/has/have/had gone/come", "'has ended', 'was removed', 'has arrived'");
        add("take/takes/taken/taking/took up", "'restore', 'resume', 'start', 'accept'");
        add("stand/stands/stood in/beside/there/at", "'is in', 'is next to'");
        add("lie/lies/lay in/beside/there/where/at", "'is in'");
        add("go/goes/going/went/gone on", "'continue', 'still run', 'be active'");
        add("beside", "'next to', 'in addition to', 'during'");
        add("earlier/last/previous/another life/lives", "'previous process'");
        add("verb/verbs", "'command'");
        add("trouble/troubles", "'problem', 'error', 'outage'");
        add("and the like", "'and so on'");
        add("had better", "'should'");
        add(
                "requests/tokens/batches/chunks/bytes/times/once/one/twice/intervals/samples/processes/clients/gpus/tasks"
                        + "/each/line/lines a second/minute/node/day/request/chunk/client/group/run",
                "'per second', 'per node'");
        add("hear/hears/heard of", "'receive', 'have contact to'");
        add("it knew, knows of, of old", "'contain', 'have'");
        add("without end/number", "'endless', 'unterminated', 'unlimited'");
        add("heed/heeds/heeded", "'respect', 'ignore'");
        add("for want of", "'for lack of', 'without'");
        add("whither/whence/thereof/therein", "'where', 'of it', 'in it'");
        add("hand/hands on, made into, come/comes of", "'pass on', 'become'");
        add("watch/watches/watched/watching over", "'monitor'");
        add("held against", "'compared with', 'checked against'");
        add("at the most", "'at most'");
        add("all the same", "'nevertheless'");
    }

    private static final Pattern INLINE_CODE = Pattern.compile("\\{@\\w++[^{}]*+\\}|`[^`\\n]++`");

    private Phrases() {}

    private static void add(String phrases, String instead) {
        for (String phrase : phrases.split(", ")) {
            List<Set<String>> words = Arrays.stream(phrase.split(" "))
                    .map(word -> Set.of(word.split("/")))
                    .toList();
            for (String first : words.getFirst()) {
                BY_FIRST_WORD.computeIfAbsent(first, _ -> new ArrayList<>()).add(new Phrase(words, instead));
            }
        }
    }

    /** The phrases in a file. In source code only comments and literals are searched, elsewhere the whole text. */
    static List<Hit> in(String file, String text) {
        String searched = SourceTexts.isSource(file) ? SourceTexts.withoutCode(file, text) : text;
        if (!file.endsWith(".js")) {
            searched = INLINE_CODE
                    .matcher(searched)
                    .replaceAll(code -> " ".repeat(code.group().length()));
        }
        List<Hit> hits = new ArrayList<>();
        int line = 1;
        for (int start = 0; start < searched.length(); start++) {
            char c = searched.charAt(start);
            if (c == '\n') {
                line++;
            }
            if (!isLetter(c)) {
                continue;
            }
            int end = endOfWord(searched, start);
            if (isWordStart(searched, start)) {
                for (Phrase phrase : candidates(searched, start, end)) {
                    int last = match(searched, end, phrase);
                    if (last > 0 && !isAllowed(searched, start, last)) {
                        String found = searched.substring(start, last).replaceAll("[\\s*#>/]+", " ");
                        hits.add(new Hit(line, found, phrase.instead()));
                        break;
                    }
                }
            }
            start = end - 1;
        }
        return hits;
    }

    private static List<Phrase> candidates(String text, int start, int end) {
        return BY_FIRST_WORD.getOrDefault(text.substring(start, end).toLowerCase(Locale.ROOT), List.of());
    }

    /**
     * The end of the phrase whose first word ends there; -1 when it is another text. Later words are in small letters.
     */
    private static int match(String text, int endOfFirst, Phrase phrase) {
        int end = endOfFirst;
        for (Set<String> alternatives : phrase.words().subList(1, phrase.words().size())) {
            int next = endOfGap(text, end);
            end = endOfWord(text, next);
            if (!alternatives.contains(text.substring(next, end))) {
                return -1;
            }
        }
        boolean continues = end < text.length() && (text.charAt(end) == '-' || isWordCharacter(text.charAt(end)));
        return continues ? -1 : end;
    }

    /** Behind blanks and at most one line break, with the marks of a comment or a quotation after it. */
    private static int endOfGap(String text, int start) {
        boolean isNextLine = false;
        int end = start;
        for (; end < text.length(); end++) {
            char c = text.charAt(end);
            if (c == '\n' && !isNextLine) {
                isNextLine = true;
            } else if (c != ' ' && c != '\t' && !(isNextLine && "*#>/".indexOf(c) >= 0)) {
                break;
            }
        }
        return end;
    }

    private static boolean isAllowed(String text, int start, int end) {
        if (text.startsWith("@param ", start - "@param ".length())) {
            return true;
        }
        // "if there is none" is idiomatic.
        if (text.startsWith("there ", start - "there ".length()) && text.startsWith("none", end - "none".length())) {
            return true;
        }
        char before = start == 0 ? ' ' : text.charAt(start - 1);
        char after = end == text.length() ? ' ' : text.charAt(end);
        return before == after && "\"'`".indexOf(before) >= 0;
    }

    private static boolean isWordStart(String text, int start) {
        return start == 0
                || (!isWordCharacter(text.charAt(start - 1)) && "-$#={@./".indexOf(text.charAt(start - 1)) < 0);
    }

    private static int endOfWord(String text, int start) {
        int end = start;
        while (end < text.length() && isLetter(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isWordCharacter(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
