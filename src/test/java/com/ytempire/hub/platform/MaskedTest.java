package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of mail addresses in texts that are kept. */
class MaskedTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "ann@example.com | a…@example.com",
                "ann@example.com, Bob <bob.b+c@mail.example.com> | a…@example.com, Bob <b…@mail.example.com>",
                "mail-team is a@b.co now | mail-team is a…@b.co now",
                "nobody at home | nobody at home",
                "@ alone | @ alone",
                "- | -",
            })
    void namesAreNotKept(String text, String masked) {
        assertThat(Masked.mails(text)).isEqualTo(masked);
    }
}
