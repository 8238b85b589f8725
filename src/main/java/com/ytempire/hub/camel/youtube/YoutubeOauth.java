package com.ytempire.hub.camel.youtube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.UrlEncodedContent;
import com.ytempire.hub.camel.youtube.YoutubeFailure.Reason;
import com.ytempire.hub.platform.ReadLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Google's OAuth for web servers: consent with PKCE, tokens and their end. Sends each request once. Source:
 * developers.google.com/identity/protocols/oauth2/web-server and RFC 7636.
 */
public class YoutubeOauth {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final YoutubeApiSettings settings;
    private final YoutubeHttp http;

    YoutubeOauth(YoutubeApiSettings settings, ReadLimits bounds) {
        this.settings = settings;
        this.http = new YoutubeHttp(settings.connectTimeout(), bounds);
    }

    /**
     * Where to send the owner of a channel. Google asks for consent each time, so that it always gives a refresh token.
     *
     * @param codeChallenge SHA-256 of the verifier, in Base64 for URLs without padding
     */
    public String consentAddress(
            YoutubeClient client, String redirectUri, Collection<String> scopes, String state, String codeChallenge) {
        GenericUrl url = new GenericUrl(settings.consentUrl());
        url.set("client_id", client.id())
                .set("redirect_uri", redirectUri)
                .set("response_type", "code")
                .set("scope", String.join(" ", scopes))
                .set("state", state)
                .set("code_challenge", codeChallenge)
                .set("code_challenge_method", "S256")
                .set("access_type", "offline")
                .set("include_granted_scopes", "true")
                .set("prompt", "consent select_account");
        return url.build();
    }

    /**
     * Exchanges the code of a callback for tokens.
     *
     * @throws YoutubeFailure {@code INVALID_GRANT} for a code that was used, has ended or has another verifier
     */
    public YoutubeTokens exchange(YoutubeClient client, String code, String verifier, String redirectUri) {
        return tokens(
                client,
                "oauth exchange",
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "code_verifier", verifier,
                        "redirect_uri", redirectUri));
    }

    /**
     * Gets another access token.
     *
     * @throws YoutubeFailure {@code INVALID_GRANT} when the owner must consent again
     */
    public YoutubeTokens refresh(YoutubeClient client, String refreshToken) {
        return tokens(client, "oauth refresh", Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    /** Ends an access or refresh token, and the consent with it; one that has ended is no failure. */
    public void revoke(String token) {
        String call = "oauth revoke";
        JsonNode answer = post(call, "/revoke", Map.of("token", token));
        String error = answer.path("error").asText("");
        if (!error.isEmpty() && !error.equals("invalid_token")) {
            throw YoutubeFailures.oauth(call, answer.path("status").asInt(), error);
        }
    }

    private YoutubeTokens tokens(YoutubeClient client, String call, Map<String, String> grant) {
        Map<String, String> form = new LinkedHashMap<>(grant);
        form.put("client_id", client.id());
        form.put("client_secret", client.secret());
        JsonNode answer = post(call, "/token", form);
        if (answer.has("error")) {
            throw YoutubeFailures.oauth(
                    call, answer.path("status").asInt(), answer.path("error").asText());
        }
        String access = answer.path("access_token").asText("");
        long seconds = answer.path("expires_in").asLong();
        if (access.isEmpty() || seconds <= 0) {
            throw new YoutubeFailure(call, Reason.UNREADABLE);
        }
        String refresh = answer.path("refresh_token").asText("");
        return new YoutubeTokens(
                access, refresh.isEmpty() ? null : refresh, Duration.ofSeconds(seconds), scopes(answer));
    }

    private static Set<String> scopes(JsonNode answer) {
        return Arrays.stream(answer.path("scope").asText("").split(" "))
                .filter(scope -> !scope.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The answer's JSON; of a failure {@code error} and {@code status}. */
    private JsonNode post(String call, String path, Map<String, String> form) {
        int status;
        String text;
        try {
            HttpRequest request = http.createRequestFactory()
                    .buildPostRequest(
                            new GenericUrl(settings.oauthBaseUrl().replaceAll("/*$", "") + path),
                            new UrlEncodedContent(form));
            request.setNumberOfRetries(0);
            request.setFollowRedirects(false);
            request.setLoggingEnabled(false);
            request.setCurlLoggingEnabled(false);
            request.setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()));
            request.setReadTimeout(Math.toIntExact(settings.readTimeout().toMillis()));
            request.setThrowExceptionOnExecuteError(false);
            HttpResponse response = request.execute();
            status = response.getStatusCode();
            text = response.parseAsString();
        } catch (IOException e) {
            throw YoutubeFailures.of(call, e);
        }
        return read(call, status, text);
    }

    private static JsonNode read(String call, int status, String text) {
        JsonNode answer;
        try {
            answer = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            answer = null; // a proxy's page
        }
        if (status >= 200 && status < 300 && answer != null && answer.isObject()) {
            return answer;
        }
        String error = answer == null ? "" : answer.path("error").asText("");
        if (error.isEmpty()) {
            throw YoutubeFailures.oauth(call, status, null);
        }
        return JSON.createObjectNode().put("error", error).put("status", status);
    }

    /** Closes its connections. */
    void close() throws IOException {
        http.shutdown();
    }
}
