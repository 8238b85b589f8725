package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Google's OAuth: the consent page, codes, tokens and their end. */
final class YoutubeConsent {

    /** What somebody agreed to for one channel and one OAuth client. */
    record Grant(YoutubeChannel channel, String client, Set<String> scopes) {

        /** Google's number of the cloud project, with which a client id begins. */
        String project() {
            return client.split("-")[0];
        }
    }

    private record Code(Grant grant, String redirect, String challenge, boolean offline, Instant until) {}

    private record Access(Grant grant, Instant until) {}

    static final String SCOPE = "https://www.googleapis.com/auth/";
    static final String SECRET = "GOCSPX-sandbox";

    /** How Google's begin; which client it belongs to is not looked at. */
    private static final String SECRETS = "GOCSPX-";

    private static final String CLIENT = "[\\w.-]{3,200}";
    private static final Duration ACCESS_LIFE = Duration.ofSeconds(3_599);
    private static final Duration CODE_LIFE = Duration.ofMinutes(10);
    private static final Set<String> SCOPES = Set.of(
            SCOPE + "youtube",
            SCOPE + "youtube.upload",
            SCOPE + "youtube.readonly",
            SCOPE + "youtube.force-ssl",
            SCOPE + "youtubepartner",
            SCOPE + "yt-analytics.readonly");
    private static final Set<String> ASKED = Set.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method",
            "access_type",
            "include_granted_scopes",
            "prompt",
            "login_hint");

    private final YoutubeVendor youtube;
    private final Map<String, Code> codes = new HashMap<>();
    private final Map<String, Access> accesses = new HashMap<>();
    private final Map<String, Grant> refreshes = new HashMap<>();

    YoutubeConsent(YoutubeVendor youtube) {
        this.youtube = youtube;
    }

    /** Everything agreed to for a channel has ended. */
    synchronized void revoke(YoutubeChannel channel) {
        accesses.values().removeIf(access -> access.grant().channel() == channel);
        refreshes.values().removeIf(grant -> grant.channel() == channel);
    }

    /** The channel's access tokens have ended, its refresh tokens not. */
    synchronized void expire(YoutubeChannel channel) {
        accesses.values().removeIf(access -> access.grant().channel() == channel);
    }

    synchronized String access(Grant grant) {
        String token = StripeObjects.newId("ya29.");
        accesses.put(token, new Access(grant, youtube.now().plus(ACCESS_LIFE)));
        return token;
    }

    synchronized String refresh(Grant grant) {
        String token = StripeObjects.newId("1//0");
        refreshes.put(token, grant);
        return token;
    }

    /** @throws YoutubeError when the bearer is missing or worth nothing */
    synchronized Grant bearer(Received request) {
        String authorization = request.header("authorization");
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            throw YoutubeError.of(401, "global", "authorizationRequired", "Login Required.");
        }
        Access access = accesses.get(authorization.substring("Bearer ".length()));
        if (access == null || !access.until().isAfter(youtube.now())) {
            throw YoutubeError.of(401, "global", "authError", "Invalid Credentials");
        }
        return access.grant();
    }

    Answer answer(Received request, String path) {
        return switch (request.method() + " " + path) {
            case "GET /o/oauth2/v2/auth" -> page(request.query());
            case "GET /o/oauth2/v2/auth/allow" -> decide(request.query(), true);
            case "GET /o/oauth2/v2/auth/deny" -> decide(request.query(), false);
            case "POST /token" -> token(request);
            case "POST /revoke" -> revoke(request);
            default -> Answer.text(404, "Not Found");
        };
    }

    /** @return null when all is well */
    private static String wrong(ObjectNode asked) {
        for (Iterator<String> names = asked.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!ASKED.contains(name) && !name.equals("channel_id")) {
                return "Parameter not allowed for this message type: " + name;
            }
        }
        Set<String> scopes = scopes(asked.path("scope").asText());
        if (!asked.path("client_id").asText().matches(CLIENT)) {
            return "The OAuth client was not found.";
        }
        if (!asked.path("response_type").asText().equals("code")) {
            return "Invalid response_type";
        }
        if (!asked.path("code_challenge").asText().matches("[\\w-]{43}")
                || !asked.path("code_challenge_method").asText().equals("S256")) {
            return "Invalid code_challenge or code_challenge_method";
        }
        if (scopes.isEmpty() || !SCOPES.containsAll(scopes)) {
            return "Some requested scopes were invalid";
        }
        if (!asked.path("redirect_uri").asText().matches("https?://[^#]+")) {
            return "redirect_uri_mismatch";
        }
        return null;
    }

    private static Set<String> scopes(String text) {
        Set<String> scopes = new LinkedHashSet<>(Arrays.asList(text.split(" ")));
        scopes.remove("");
        return scopes;
    }

    private Answer page(String query) {
        ObjectNode asked = Forms.parse(query);
        String wrong = wrong(asked);
        if (wrong != null) {
            return Answer.of(400, "text/html; charset=utf-8", "<h1>Error 400</h1><p>" + escape(wrong) + "</p>");
        }
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><head><title>Sign in - Google Accounts"
                + "</title></head><body><h1>Choose a channel</h1><p>The sandbox's consent page. Whoever asks wants:</p>"
                + "<ul>");
        scopes(asked.path("scope").asText())
                .forEach(scope -> page.append("<li>").append(escape(scope)).append("</li>"));
        page.append("</ul><ul>");
        String address = youtube.baseUrl() + "/youtube/oauth/o/oauth2/v2/auth/";
        for (YoutubeChannel channel : youtube.channels()) {
            page.append("<li><a href=\"%s\">Allow for %s</a> (%s)</li>"
                    .formatted(
                            escape(address + "allow?" + query + "&channel_id=" + encode(channel.id())),
                            escape(channel.title()),
                            escape(channel.id())));
        }
        page.append("</ul><p><a href=\"%s\">Deny</a></p></body></html>".formatted(escape(address + "deny?" + query)));
        return Answer.of(200, "text/html; charset=utf-8", page.toString());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private Answer decide(String query, boolean allowed) {
        ObjectNode asked = Forms.parse(query);
        String wrong = wrong(asked);
        if (wrong != null) {
            return Answer.text(400, wrong);
        }
        return Answer.empty(302).with("Location", callback(asked, allowed).toString());
    }

    private URI callback(ObjectNode asked, boolean allowed) {
        String redirect = asked.path("redirect_uri").asText();
        String back = redirect + (redirect.contains("?") ? "&" : "?") + "state="
                + encode(asked.path("state").asText());
        if (!allowed) {
            return URI.create(back + "&error=access_denied");
        }
        YoutubeChannel channel = youtube.channel(asked.path("channel_id").asText());
        Set<String> scopes = scopes(asked.path("scope").asText());
        String code = StripeObjects.newId("4/0");
        synchronized (this) {
            codes.put(
                    code,
                    new Code(
                            new Grant(channel, asked.path("client_id").asText(), Set.copyOf(scopes)),
                            redirect,
                            asked.path("code_challenge").asText(),
                            asked.path("access_type").asText().equals("offline"),
                            youtube.now().plus(CODE_LIFE)));
        }
        return URI.create(back + "&code=" + encode(code) + "&scope=" + encode(String.join(" ", scopes)));
    }

    /** Where the browser is sent when the owner of this channel agrees. */
    URI agree(URI consent, String channelId) {
        ObjectNode asked = Forms.parse(consent.getRawQuery());
        String wrong = wrong(asked);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
        return callback(asked.put("channel_id", channelId), true);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer token(Received request) {
        ObjectNode form = Forms.parse(request.text());
        String type = form.path("grant_type").asText();
        List<String> known = type.equals("refresh_token")
                ? List.of("grant_type", "client_id", "client_secret", "refresh_token")
                : List.of("grant_type", "client_id", "client_secret", "code", "code_verifier", "redirect_uri");
        if (!type.equals("refresh_token") && !type.equals("authorization_code")) {
            return refused(400, "unsupported_grant_type", "Invalid grant_type: " + type);
        }
        Set<String> unknown = new TreeSet<>();
        form.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            return refused(400, "invalid_request", "Parameter not allowed for this message type: " + unknown);
        }
        String client = form.path("client_id").asText();
        if (!client.matches(CLIENT) || !form.path("client_secret").asText().startsWith(SECRETS)) {
            return refused(401, "invalid_client", "The OAuth client was not found.");
        }
        return type.equals("refresh_token") ? refresh(form, client) : exchange(form, client);
    }

    private static Answer refused(int status, String error, String description) {
        return Answer.json(status, Json.object().put("error", error).put("error_description", description));
    }

    private static Answer badGrant() {
        return refused(400, "invalid_grant", "Token has been expired or revoked.");
    }

    private Answer exchange(ObjectNode form, String client) {
        Code code;
        synchronized (this) {
            code = codes.remove(form.path("code").asText());
        }
        if (code == null
                || !code.until().isAfter(youtube.now())
                || !code.grant().client().equals(client)
                || !code.challenge().equals(challenge(form.path("code_verifier").asText()))) {
            return refused(400, "invalid_grant", "Malformed auth code.");
        }
        if (!code.redirect().equals(form.path("redirect_uri").asText())) {
            return refused(400, "redirect_uri_mismatch", "Bad Request");
        }
        ObjectNode answer = tokens(code.grant());
        if (code.offline()) {
            answer.put("refresh_token", refresh(code.grant()));
        }
        return Answer.json(200, answer);
    }

    static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer refresh(ObjectNode form, String client) {
        String token = form.path("refresh_token").asText();
        Grant grant;
        synchronized (this) {
            grant = refreshes.get(token);
        }
        if (grant == null || !grant.client().equals(client)) {
            return badGrant();
        }
        Mood mood = youtube.told()
                .take(
                        Set.of(Mood.INVALID_GRANT, Mood.ROTATE, Mood.TOKEN_UNAVAILABLE),
                        grant.channel().id());
        if (mood == Mood.TOKEN_UNAVAILABLE) {
            return refused(503, "temporarily_unavailable", "Try again later");
        }
        if (mood == Mood.INVALID_GRANT) {
            revoke(grant.channel());
            return badGrant();
        }
        ObjectNode answer = tokens(grant);
        if (mood == Mood.ROTATE) {
            answer.put("refresh_token", refresh(grant));
            synchronized (this) {
                refreshes.remove(token);
            }
        }
        return Answer.json(200, answer);
    }

    private ObjectNode tokens(Grant grant) {
        return Json.object()
                .put("access_token", access(grant))
                .put("expires_in", ACCESS_LIFE.toSeconds())
                .put("scope", String.join(" ", new TreeSet<>(grant.scopes())))
                .put("token_type", "Bearer");
    }

    private synchronized Answer revoke(Received request) {
        String token = Forms.parse(request.text()).path("token").asText();
        Access access = accesses.get(token);
        Grant grant = access == null ? refreshes.get(token) : access.grant();
        if (grant == null) {
            return refused(400, "invalid_token", "Token expired or revoked");
        }
        accesses.values().removeIf(each -> each.grant().equals(grant));
        refreshes.values().removeIf(each -> each.equals(grant));
        return Answer.json(200, Json.object());
    }
}
