package aifactory.slurm.job;

import java.util.ArrayList;
import java.util.List;

/** Reads one CSV record as Go's encoding/csv does, by which Apptainer reads {@code --env}. */
final class CsvRecord {
    private CsvRecord() {}

    static List<String> read(String record) {
        List<String> fields = new ArrayList<>();
        int i = 0;
        while (i <= record.length()) {
            StringBuilder field = new StringBuilder();
            if (i < record.length() && record.charAt(i) == '"') {
                i++;
                while (true) {
                    if (i >= record.length()) {
                        throw new IllegalArgumentException("an open quote in " + record);
                    }
                    if (record.charAt(i) == '"') {
                        if (i + 1 < record.length() && record.charAt(i + 1) == '"') {
                            field.append('"');
                            i += 2;
                            continue;
                        }
                        i++;
                        break;
                    }
                    field.append(record.charAt(i++));
                }
            } else {
                while (i < record.length() && record.charAt(i) != ',') {
                    field.append(record.charAt(i++));
                }
            }
            fields.add(field.toString());
            if (i < record.length() && record.charAt(i) != ',') {
                throw new IllegalArgumentException("text after a quote in " + record);
            }
            i++;
        }
        return fields;
    }
}
