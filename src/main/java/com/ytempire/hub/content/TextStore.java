package com.ytempire.hub.content;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Texts made before. One owner's texts are never another's answer. */
@Component("textStore")
class TextStore {

    private final JdbcClient jdbc;
    private final TextWriter writer;
    private final ContentSettings.Text settings;
    private final Clock clock;

    TextStore(JdbcClient jdbc, TextWriter writer, ContentSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.writer = writer;
        this.settings = settings.text();
        this.clock = clock;
    }

    /** A text as it was made. */
    record Made(String text, String provider, String link, String model, String quality, Integer tokens) {}

    /** Kept for whoever asks next. Nobody waits for it, but the step of a video, which pays for no text twice. */
    void keep(TextRequest request, Made made) {
        if (request.round() == null) {
            writer.write(new TextWriter.Kept(request, hash(request), made, clock.instant()));
        } else {
            keepForStep(request, made);
        }
    }

    private void keepForStep(TextRequest request, Made made) {
        jdbc.sql("""
                        insert into content.text
                            (owner, type, request, video_id, round, prompt, level, text, provider, link, model, quality, tokens,
                             created_at)
                        values (:owner, :type, :request, :video, :round, :prompt, :level, :text, :provider, :link, :model,
                                :quality, :tokens, :now)
                        """)
                .param("owner", request.owner())
                .param("type", request.type().column())
                .param("request", hash(request))
                .param("video", request.videoId())
                .param("round", request.round())
                .param("prompt", request.prompt())
                .param("level", request.level())
                .param("text", made.text())
                .param("provider", made.provider())
                .param("link", made.link())
                .param("model", made.model())
                .param("quality", made.quality())
                .param("tokens", made.tokens())
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** What was made for this very step of its video, however long ago; empty when no step asks. */
    Optional<Made> ofRound(TextRequest request) {
        return request.round() == null
                ? Optional.empty()
                : jdbc.sql("""
                                select text, provider, link, model, quality, tokens from content.text
                                 where video_id = :video and round = :round and type = :type and prompt = :prompt
                                   and owner is not distinct from :owner
                                 order by id desc limit 1
                                """)
                        .param("video", request.videoId())
                        .param("round", request.round())
                        .param("type", request.type().column())
                        .param("prompt", request.prompt())
                        .param("owner", request.owner())
                        .query(Made.class)
                        .optional();
    }

    /** What was made for the very same request a short while ago. */
    Optional<Made> same(TextRequest request) {
        String hash = hash(request);
        Instant since = clock.instant().minus(settings.exact());
        return writer.waiting(hash, since).or(() -> written(hash, since));
    }

    private Optional<Made> written(String hash, Instant since) {
        return jdbc.sql("""
                        select text, provider, link, model, quality, tokens from content.text
                         where request = :request and created_at > :since order by created_at desc limit 1
                        """)
                .param("request", hash)
                .param("since", Timestamp.from(since))
                .query(Made.class)
                .optional();
    }

    /** What was made for the most similar prompt of the same owner, if it is similar enough. */
    Optional<Made> similar(TextRequest request) {
        writer.await();
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

    /**
     * Forgets what is too old to be of use.
     *
     * @param unfinished videos whose steps may still ask for it
     */
    int forgetOld(List<String> unfinished) {
        return jdbc.sql("delete from content.text where created_at < :since"
                        + " and not coalesce(video_id = any(:unfinished), false)")
                .param("unfinished", unfinished.toArray(String[]::new))
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
