package com.ytempire.hub.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP itself: how requests are framed, where answers lead, and what a browser may do with them. */
class HttpHardeningIT extends HubIT {

    /** As it stands; the connection is closed by the hub, or left after a moment. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
            socket.setSoTimeout(700);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            try {
                InputStream in = socket.getInputStream();
                byte[] bytes = new byte[8192];
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    answer.append(new String(bytes, 0, read, StandardCharsets.ISO_8859_1));
                }
            } catch (SocketTimeoutException e) {
                // nothing more comes
            }
            return answer.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nContent-Length: 60\r\n",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 4\r\n",
                "Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n",
                "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n",
                "Content-Length: +4\r\n"
            })
    void aRequestHidesNoOther(String framing) throws IOException {
        String hidden = "0\r\n\r\nGET /v3/api-docs HTTP/1.1\r\nHost: x\r\n\r\n";
        String answers = raw("POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "X-Forwarded-For: 100.78.1.1\r\n" + framing + "\r\n" + hidden);
        assertThat(answers.split("HTTP/1\\.1 ", -1).length - 1).as(answers).isEqualTo(1);
        assertThat(answers).doesNotContain("openapi");
    }

    @Test
    void aFoldedHeaderOrABareNewlineSplitsNothing() throws IOException {
        String answer = raw("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: a\r\n Set-Cookie: b=c\r\n\r\n");
        assertThat(answer).doesNotContain("b=c");
        assertThat(raw("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-Id: a%0d%0aSet-Cookie: b=c\r\n\r\n"))
                .doesNotContain("b=c");
        assertThat(raw("TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Secret: zq\r\n\r\n"))
                .doesNotContain("zq");
    }

    /** Who asks for a page under a false name is sent to a form, and after the login to nowhere but here. */
    @Test
    void nobodyIsSentToAnotherSite() throws IOException {
        String answer = raw("GET /operations HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\n"
                + "X-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains(" 302");
        String forged =
                Base64.getEncoder().encodeToString("https://evil.example/operations".getBytes(StandardCharsets.UTF_8));
        Pages.Form form = new Pages(port).form();
        HttpResponse<String> in = send(request("/login?continue=https://evil.example&redirect=//evil.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", form.cookie() + "; REDIRECT_URI=" + forged)
                .POST(BodyPublishers.ofString(
                        "username=" + OPERATOR + "&password=" + PASSWORD + "&_csrf=" + form.token())));
        assertThat(in.statusCode()).isEqualTo(302);
        assertThat(in.headers().firstValue("Location").orElseThrow()).doesNotContain("evil");
    }

    @Test
    void cookiesAreForTheHubAloneAndForTlsWhereThereIsTls() throws IOException {
        Pages pages = new Pages(port);
        for (boolean tls : new boolean[] {false, true}) {
            Pages.Form form = pages.form();
            var login = request("/login").header("Content-Type", "application/x-www-form-urlencoded");
            var ask = request("/operations").header("Accept", "text/html");
            if (tls) {
                login.header("X-Forwarded-Proto", "https");
                ask.header("X-Forwarded-Proto", "https");
            }
            HttpResponse<String> in = send(login.header("Cookie", form.cookie())
                    .POST(BodyPublishers.ofString(
                            "username=" + OPERATOR + "&password=" + PASSWORD + "&_csrf=" + form.token())));
            List<String> cookies = new ArrayList<>(in.headers().allValues("Set-Cookie"));
            cookies.addAll(send(ask.GET()).headers().allValues("Set-Cookie"));
            cookies.removeIf(cookie -> cookie.contains("Max-Age=0"));
            assertThat(cookies).anyMatch(cookie -> cookie.startsWith("hub-operator="));
            assertThat(cookies).allSatisfy(cookie -> {
                assertThat(cookie).contains("HttpOnly").containsPattern("SameSite=(Lax|Strict)");
                assertThat(cookie.contains("Secure")).as(cookie).isEqualTo(tls);
            });
            assertThat(in.headers().firstValue("Strict-Transport-Security").isPresent())
                    .isEqualTo(tls);
        }
    }

    @Test
    void everyAnswerSaysWhatABrowserMayDoWithIt() {
        for (String path : List.of("/login", "/api/v1/billing/plans", "/v3/api-docs", "/swagger-ui/index.html")) {
            var headers = send(request(path).GET()).headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).as(path).hasValue("nosniff");
            assertThat(headers.firstValue("X-Frame-Options")).as(path).hasValue("DENY");
            assertThat(headers.firstValue("Referrer-Policy"))
                    .as(path)
                    .hasValueSatisfying(policy -> assertThat(policy).isIn("same-origin", "no-referrer"));
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .as(path)
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe-eval");
            assertThat(headers.firstValue("Server")).as(path).isEmpty();
            assertThat(headers.firstValue("X-Powered-By")).as(path).isEmpty();
        }
    }
}
