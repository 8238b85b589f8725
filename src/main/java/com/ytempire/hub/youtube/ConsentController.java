package com.ytempire.hub.youtube;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Flows;
import com.ytempire.hub.platform.Problem;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** Where Google sends people back to. Open to everybody; what is trusted is told in {@link Consents}. */
@RestController
class ConsentController {

    private final Flows flows;
    private final OauthSettings settings;

    ConsentController(Flows flows, OauthSettings settings) {
        this.flows = flows;
        this.settings = settings;
    }

    /** @param channelId the hub's id of the channel that is connected now */
    record Connected(UUID channelId) {}

    /** With a page set, the person is sent there whatever happened, with {@code connected=} or {@code error=}. */
    @GetMapping("${hub.youtube.oauth.callback-path}")
    ResponseEntity<ApiAnswer<Connected>> callback(
            @RequestParam(required = false) String state,
            @RequestParam(required = false) String code,
            @RequestParam(required = false) String error,
            HttpServletRequest request) {
        try {
            UUID channel = connect(state, code, error, request);
            return settings.page().isBlank()
                    ? ResponseEntity.ok()
                            .header(HttpHeaders.CACHE_CONTROL, "no-store")
                            .body(ApiAnswer.of(new Connected(channel)))
                    : sendTo("connected", channel.toString());
        } catch (Problem problem) {
            if (settings.page().isBlank()) {
                throw problem;
            }
            return sendTo("error", problem.code());
        }
    }

    private UUID connect(String state, String code, String error, HttpServletRequest request) {
        if (state == null || state.length() > 200) {
            throw new Problem(
                    HttpStatus.BAD_REQUEST, "invalid_state", "This is no way back from Google's page", "state");
        }
        if (error != null || code == null) {
            throw new Problem(HttpStatus.BAD_REQUEST, "consent_denied", "Nothing was allowed on Google's page");
        }
        Token given = new Token(state);
        return flows.ask(
                "direct:youtube-connect",
                new ConnectRequest(given, code, cookie(ChannelDesk.cookieName(given), request)),
                UUID.class);
    }

    private static Token cookie(String name, HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? null
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .findFirst()
                        .map(cookie -> new Token(cookie.getValue()))
                        .orElse(null);
    }

    private ResponseEntity<ApiAnswer<Connected>> sendTo(String name, String value) {
        URI page = UriComponentsBuilder.fromUriString(settings.page())
                .queryParam(name, value)
                .build()
                .toUri();
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(page).build();
    }
}
