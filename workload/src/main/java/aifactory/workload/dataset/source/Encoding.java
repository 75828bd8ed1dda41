package aifactory.workload.dataset.source;

/** The encoding of a text file, as far as its first bytes show it. Stateless. */
final class Encoding {
    private Encoding() {}

    /**
     * The length of the byte order mark of UTF-8, 0 where there is none.
     *
     * @throws DatasetException for another encoding
     */
    static int byteOrderMark(byte[] head) throws DatasetException {
        if (head.length >= 3 && at(head, 0) == 0xef && at(head, 1) == 0xbb && at(head, 2) == 0xbf) {
            return 3;
        }
        boolean little = head.length >= 2 && at(head, 0) == 0xff && at(head, 1) == 0xfe;
        boolean big = head.length >= 2 && at(head, 0) == 0xfe && at(head, 1) == 0xff;
        boolean wide = head.length >= 4
                && ((little && at(head, 2) == 0 && at(head, 3) == 0)
                        || (at(head, 0) == 0 && at(head, 1) == 0 && at(head, 2) == 0xfe && at(head, 3) == 0xff));
        if (wide) {
            throw refused("UTF-32");
        }
        if (little || big || (head.length >= 4 && (alternating(head, 0) || alternating(head, 1)))) {
            throw refused("UTF-16");
        }
        return 0;
    }

    private static DatasetException refused(String name) {
        return new DatasetException(
                "is " + name + ", not UTF-8: convert it with iconv -f " + name + " -t UTF-8 FILE > NEW");
    }

    /** Texts in English are, in UTF-16, zeros at every second byte. */
    private static boolean alternating(byte[] head, int first) {
        return head[first] == 0 && head[first + 2] == 0 && head[1 - first] != 0 && head[3 - first] != 0;
    }

    private static int at(byte[] head, int index) {
        return head[index] & 0xff;
    }
}
