package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/** Beside Spring Security's own firewall, as it comes. */
class HeaderCharactersTest {

    private static final StrictHttpFirewall USUAL = new StrictHttpFirewall();

    /** All of the alphabets, and some of what comes after them. */
    private static IntStream points() {
        return IntStream.concat(
                IntStream.range(0, 0x3400),
                IntStream.iterate(0x3400, point -> point <= Character.MAX_CODE_POINT, point -> point + 97));
    }

    @Test
    void everyCharacterIsJudgedAsSpringSecurityDoes() {
        points().forEach(point -> {
            String text = "x" + Character.toString(point) + "y";
            assertThat(HeaderCharacters.inName(text))
                    .as("U+%04X in a name", point)
                    .isEqualTo(usuallyPasses(text, "value"));
            assertThat(HeaderCharacters.inValue(text))
                    .as("U+%04X in a value", point)
                    .isEqualTo(usuallyPasses("name", text));
        });
    }

    private static boolean usuallyPasses(String name, String value) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        request.addHeader(name, value);
        HttpServletRequest guarded = USUAL.getFirewalledRequest(request);
        try {
            guarded.getHeader(name);
            return true;
        } catch (RequestRejectedException e) {
            return false;
        }
    }
}
