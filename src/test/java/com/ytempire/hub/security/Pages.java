package com.ytempire.hub.security;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The operators' pages as a browser sees them. */
final class Pages {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private final CookieManager cookies = new CookieManager();
    private final HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private final int port;

    Pages(int port) {
        this.port = port;
    }

    /** The login form's token, and the cookie that goes with it. */
    record Form(String token, String cookie) {}

    Form form() {
        String page = open("/login").body();
        Matcher csrf = CSRF.matcher(page);
        if (!csrf.find()) {
            throw new AssertionError(page);
        }
        String cookie = cookies.getCookieStore().getCookies().stream()
                .filter(one -> one.getName().contains("XSRF"))
                .map(HttpCookie::toString)
                .collect(Collectors.joining("; "))
                .replace("\"", "");
        return new Form(URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8), cookie);
    }

    void logIn(String username, String password) {
        String form = "_csrf=" + form().token() + "&username=" + username + "&password=" + password;
        HttpResponse<String> page = send(request("/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (page.uri().getPath().equals("/login")) {
            throw new AssertionError(page.body());
        }
    }

    HttpResponse<String> open(String path) {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Accept", "text/html");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return browser.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
