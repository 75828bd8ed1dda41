package aifactory.workload.prompt;

/** Cuts a text into documents of about equal length, between words. Stateless. */
final class DocumentSplit {
    private final int documents;

    /** @param documents at least 1 */
    DocumentSplit(int documents) {
        this.documents = documents;
    }

    /**
     * Appends the documents as strings of JSON with commas between them: as many as were asked for, or fewer where the
     * text has fewer words.
     *
     * @param text the inside of a JSON string
     */
    void append(byte[] text, ByteBuilder out) {
        int from = 0;
        for (int document = 0; document < documents && from < text.length; document++) {
            int left = documents - document;
            int to = left == 1 ? text.length : blankAtOrAfter(text, from + Math.max(1, (text.length - from) / left));
            if (document > 0) {
                out.append((byte) ',');
            }
            out.append((byte) '"');
            out.append(text, from, to - from);
            out.append((byte) '"');
            from = Math.min(text.length, to + 1);
        }
        if (text.length == 0) {
            out.append((byte) '"');
            out.append((byte) '"');
        }
    }

    /** A blank is never part of an escape sequence. */
    private static int blankAtOrAfter(byte[] text, int from) {
        int position = from;
        while (position < text.length && text[position] != ' ') {
            position++;
        }
        return position;
    }
}
