package aifactory.engine.answer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Server-sent events decoded the slow and obvious way, from the whole stream at once: the reference for the incremental
 * decoder.
 */
final class SimpleEventDecoder {
    private SimpleEventDecoder() {}

    static List<String> decode(byte[] stream) {
        String text = new String(stream, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00ef\u00bb\u00bf")) {
            text = text.substring(3);
        }
        List<String> events = new ArrayList<>();
        List<String> data = new ArrayList<>();
        String[] lines = text.split("\r\n|\n|\r", -1);
        // What follows the last line end is an unfinished line.
        for (int i = 0; i < lines.length - 1; i++) {
            String line = lines[i];
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(String.join("\n", data));
                }
                data.clear();
            } else if (line.equals("data")) {
                data.add("");
            } else if (line.startsWith("data:")) {
                String value = line.substring(5);
                data.add(value.startsWith(" ") ? value.substring(1) : value);
            }
        }
        return events;
    }
}
