package com.ytempire.hub.billing;

import java.io.IOException;
import java.sql.Timestamp;

/**
 * Rows of comma-separated values (RFC 4180). A text that a spreadsheet would take for a formula begins with an
 * apostrophe (owasp.org/www-community/attacks/CSV_Injection); numbers stay as they are.
 */
final class Csv {

    private static final String FORMULA = "=+-@\t\r\n|";

    private Csv() {}

    static void row(Appendable out, Object... values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            out.append(field(values[i]));
        }
        out.append("\r\n");
    }

    private static String field(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        String text = value instanceof Timestamp time ? time.toInstant().toString() : value.toString();
        String safe = isFormula(text) ? "'" + text : text;
        return safe.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0) ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    /** Spreadsheets look past blanks. */
    private static boolean isFormula(String text) {
        String seen = text.strip();
        return !text.isEmpty()
                && (FORMULA.indexOf(text.charAt(0)) >= 0 || !seen.isEmpty() && FORMULA.indexOf(seen.charAt(0)) >= 0);
    }
}
