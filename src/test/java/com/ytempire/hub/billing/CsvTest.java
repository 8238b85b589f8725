package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    private static String row(Object... values) throws IOException {
        StringBuilder out = new StringBuilder();
        Csv.row(out, values);
        return out.toString();
    }

    @Test
    void quotesWhatNeedsIt() throws IOException {
        assertThat(row("a", null, 1L, "b,c", "d\"e", "f\ng")).isEqualTo("a,,1,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n");
    }

    @Test
    void aNegativeNumberIsANumber() throws IOException {
        assertThat(row(-2500L)).isEqualTo("-2500\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "|x", "\r=1"})
    void noTextIsAFormula(String text) throws IOException {
        assertThat(row(text).replaceFirst("^\"", "")).startsWith("'");
    }
}
