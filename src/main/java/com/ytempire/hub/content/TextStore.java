package com.ytempire.hub.content;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Texts made before. One owner's texts are never another's answer. */
@Component("textStore")
class TextStore {

    private final JdbcClient jdbc;
    private final ContentSettings.Text settings;
    private final Clock clock;

    TextStore(JdbcClient jdbc, ContentSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings.text();
        this.clock = clock;
    }

    /** A text as it was made. */
    record Made(String text, String provider, String link, String model, String quality, Integer tokens) {}

    /** A text that the server forgets in a crash is only made again: nobody waits for the disk. */
    void keep(TextRequest request, Made made) {
        jdbc.sql("""
                        insert into content.text
                            (owner, type, request, prompt, level, text, provider, link, model, quality, tokens, created_at)
                        values (:owner, :type, :request, :prompt, :level, :text, :provider, :link, :model, :quality, :tokens,
                                :now)
                        returning set_config('synchronous_commit', 'off', true)
                        """)
                .param("owner", request.owner())
                .param("type", request.type().column())
                .param("request", hash(request))
                .param("prompt", request.prompt())
                .param("level", request.level())
                .param("text", made.text())
                .param("provider", made.provider())
                .param("link", made.link())
                .param("model", made.model())
                .param("quality", made.quality())
                .param("tokens", made.tokens())
                .param("now", Timestamp.from(clock.instant()))
                .query(String.class)
                .single();
    }

    /** What was made for the very same request a short while ago. */
    Optional<Made> same(TextRequest request) {
        return jdbc.sql("""
                        select text, provider, link, model, quality, tokens from content.text
                         where request = :request and created_at > :since order by created_at desc limit 1
                        """)
                .param("request", hash(request))
                .param("since", Timestamp.from(clock.instant().minus(settings.exact())))
                .query(Made.class)
                .optional();
    }

    /** What was made for the most similar prompt of the same owner, if it is similar enough. */
    Optional<Made> similar(TextRequest request) {
        return jdbc.sql("""
                        select text, provider, link, model, quality, tokens from content.text
                         where prompt % :prompt and similarity(prompt, :prompt) >= :least
                           and type = :type and owner is not distinct from :owner and created_at > :since
                         order by similarity(prompt, :prompt) desc, created_at desc limit 1
                        """)
                .param("prompt", request.prompt())
                .param("least", settings.similarity())
                .param("type", request.type().column())
                .param("owner", request.owner())
                .param("since", Timestamp.from(clock.instant().minus(settings.kept())))
                .query(Made.class)
                .optional();
    }

    /** Forgets what is too old to be of use. */
    public int forgetOld() {
        return jdbc.sql("delete from content.text where created_at < :since")
                .param("since", Timestamp.from(clock.instant().minus(settings.kept())))
                .update();
    }

    private static String hash(TextRequest request) {
        String all = String.join(
                "\u0000",
                String.valueOf(request.owner()),
                request.type().column(),
                request.level(),
                String.valueOf(request.style()),
                String.valueOf(request.seconds()),
                request.prompt());
        return DigestUtils.sha256Hex(all);
    }
}
