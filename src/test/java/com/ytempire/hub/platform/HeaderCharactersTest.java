package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Beside the expressions of {@code StrictHttpFirewall}, in Spring Security 6.5. */
class HeaderCharactersTest {

    private static final Pattern NAME = Pattern.compile("[\\p{IsAssigned}&&[^\\p{IsControl}]]*");
    private static final Pattern VALUE = Pattern.compile("[\\p{IsAssigned}&&[[^\\p{IsControl}]||\\t]]*");

    @Test
    void everyCharacterIsJudgedAsSpringSecurityDoes() {
        for (int point = Character.MIN_CODE_POINT; point <= Character.MAX_CODE_POINT; point++) {
            String text = "x" + Character.toString(point) + "y";
            assertThat(HeaderCharacters.inName(text))
                    .as("U+%04X in a name", point)
                    .isEqualTo(NAME.matcher(text).matches());
            assertThat(HeaderCharacters.inValue(text))
                    .as("U+%04X in a value", point)
                    .isEqualTo(VALUE.matcher(text).matches());
        }
    }

    @Test
    void nothingAtAllIsAllowed() {
        assertThat(HeaderCharacters.inName("")).isTrue();
        assertThat(HeaderCharacters.inValue("")).isTrue();
    }
}
