package com.ytempire.hub.content;

import com.ytempire.hub.content.SpeechSettings.Voice;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Problem;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Texts that were spoken, part by part, so that nothing is paid twice: neither later nor by two requests at once. Who
 * speaks a part holds it by a lease. A part is the same for everybody who sends the same text.
 */
@Component("speechStore")
class SpeechStore {

    private final JdbcClient jdbc;
    private final SpeechSettings settings;
    private final ContentSettings content;
    private final Clock clock;
    private final NodeId node;

    SpeechStore(JdbcClient jdbc, SpeechSettings settings, ContentSettings content, Clock clock, NodeId node) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.content = content;
        this.clock = clock;
        this.node = node;
    }

    static String key(Voice voice, String name, String text) {
        return SpeechText.hash(voice.sound(name) + "\u0000" + text);
    }

    /** How long the kept ones of these last, by key. */
    Map<String, Long> kept(List<String> keys) {
        Map<String, Long> kept = new HashMap<>();
        jdbc.sql("select key, millis from content.speech_part where key = any(:keys) and audio is not null")
                .param("keys", keys.toArray(String[]::new))
                .query((row, number) -> kept.put(row.getString("key"), row.getLong("millis")))
                .list();
        return kept;
    }

    /**
     * Makes sure that nobody else speaks a part at the same time.
     *
     * @param anew whether it is spoken although it is kept
     * @return false when another call speaks it, or has spoken it
     */
    boolean claim(SpeechPart part, Voice voice, String name, boolean anew, UUID holder) {
        return spoken(part, voice, name, """
                                insert into content.speech_part as p
                                    (key, heard, sound, provider, voice, model, quality, used_at, holder, node,
                                     lease_until)
                                values (:key, :heard, :sound, :provider, :voice, :model, :quality, :now, :holder, :node,
                                        now() + make_interval(secs => :lease))
                                on conflict (key) do update
                                   set holder = excluded.holder, node = excluded.node, lease_until = excluded.lease_until
                                 where (p.audio is null or :anew)
                                   and (p.lease_until is null or p.lease_until <= now())
                                """)
                        .param("now", Timestamp.from(clock.instant()))
                        .param("holder", holder)
                        .param("node", node.value())
                        .param("lease", content.slot().toSeconds())
                        .param("anew", anew)
                        .update()
                == 1;
    }

    /** The call has ended; somebody else may speak what it has not. */
    @Transactional
    public void free(UUID holder) {
        jdbc.sql("delete from content.speech_part where holder = :holder and audio is null")
                .param("holder", holder)
                .update();
        jdbc.sql("update content.speech_part set holder = null, lease_until = null where holder = :holder")
                .param("holder", holder)
                .update();
    }

    /** Also when somebody else has claimed it meanwhile: it is paid for. */
    void keep(SpeechPart part, Voice voice, String name, Mp3 audio, boolean phrase, String video) {
        spoken(part, voice, name, """
                        insert into content.speech_part as p
                            (key, heard, sound, provider, voice, model, quality, audio, millis, phrase, video_id, used_at)
                        values (:key, :heard, :sound, :provider, :voice, :model, :quality, :audio, :millis, :phrase,
                                :video, :now)
                        on conflict (key) do update
                           set audio = excluded.audio, millis = excluded.millis, used_at = excluded.used_at,
                               phrase = p.phrase or excluded.phrase, video_id = excluded.video_id
                        """)
                .param("audio", audio.frames())
                .param("millis", audio.millis())
                .param("phrase", phrase)
                .param("video", video)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** A statement that says what is spoken, and how. */
    private JdbcClient.StatementSpec spoken(SpeechPart part, Voice voice, String name, String sql) {
        return jdbc.sql(sql)
                .param("key", part.key())
                .param("heard", SpeechText.hash(SpeechText.heard(part.text())))
                .param("sound", voice.sound(name))
                .param("provider", voice.provider())
                .param("voice", name)
                .param("model", voice.model())
                .param("quality", voice.quality());
    }

    /** The best voice in which all of these texts were spoken at some time. */
    Optional<Narration> inAnyVoice(List<String> texts) {
        List<String> heard =
                texts.stream().map(SpeechText::heard).map(SpeechText::hash).toList();
        return jdbc.sql("""
                        select sound from content.speech_part
                         where heard = any(:heard) and audio is not null
                         group by sound having count(distinct heard) = :count
                         order by max(quality) desc, sound limit 1
                        """)
                .param("heard", heard.toArray(String[]::new))
                .param("count", heard.stream().distinct().count())
                .query(String.class)
                .optional()
                .map(sound -> join(heard, sound));
    }

    private record Kept(
            String heard, String key, String provider, String voice, String model, int quality, long millis) {}

    private Narration join(List<String> heard, String sound) {
        Map<String, Kept> kept = new HashMap<>();
        jdbc.sql("""
                        select heard, key, provider, voice, model, quality, millis from content.speech_part
                         where heard = any(:heard) and sound = :sound and audio is not null order by key
                        """)
                .param("heard", heard.toArray(String[]::new))
                .param("sound", sound)
                .query(Kept.class)
                .list()
                .forEach(part -> kept.putIfAbsent(part.heard, part));
        List<String> keys = new ArrayList<>();
        long millis = 0;
        for (String each : heard) {
            keys.add(kept.get(each).key);
            millis += kept.get(each).millis;
        }
        Kept any = kept.get(heard.get(0));
        return new Narration(any.provider, any.voice, any.model, any.quality, keys, millis);
    }

    /**
     * @return the id under which its owner finds it
     * @throws Problem 503 when a part has been forgotten since it was found
     */
    @Transactional
    public UUID keep(SpeechRequest request, Narration narration) {
        UUID id = UUID.randomUUID();
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("""
                        insert into content.speech (id, owner, video_id, parts, millis, created_at)
                        values (:id, :owner, :video, :parts, :millis, :now)
                        """)
                .param("id", id)
                .param("owner", request.owner())
                .param("video", request.videoId())
                .param("parts", narration.parts().toArray(String[]::new))
                .param("millis", narration.millis())
                .param("now", now)
                .update();
        int kept = jdbc.sql("""
                        update content.speech_part p set used_at = :now
                          from (select key from content.speech_part where key = any(:keys) order by key for update) l
                         where p.key = l.key
                        """)
                .param("now", now)
                .param("keys", narration.parts().toArray(String[]::new))
                .update();
        if (kept < narration.parts().stream().distinct().count()) {
            throw Problem.retryLater("audio_expired", "What was kept of this text has just been forgotten", 1);
        }
        return id;
    }

    /** A narration that was kept. */
    record Spoken(UUID owner, List<String> parts, long millis) {}

    Optional<Spoken> find(UUID id) {
        return jdbc.sql("select owner, parts, millis from content.speech where id = :id")
                .param("id", id)
                .query((row, number) -> new Spoken(
                        row.getObject("owner", UUID.class),
                        List.of((String[]) row.getArray("parts").getArray()),
                        row.getLong("millis")))
                .optional();
    }

    /** The MP3. */
    byte[] audio(Spoken spoken) {
        return spoken.parts().isEmpty()
                ? Mp3.silence(spoken.millis())
                : Mp3.join(jdbc.sql("""
                                select p.audio
                                  from unnest(:keys::text[]) with ordinality as wanted (key, position)
                                  join content.speech_part p using (key)
                                 order by wanted.position
                                """)
                        .param("keys", spoken.parts().toArray(String[]::new))
                        .query(byte[].class)
                        .list());
    }

    /**
     * Forgets what has not been used for long. A part that was used is younger than the narration it was used for.
     *
     * @param unfinished videos whose narrations, also those spoken in part only, stay
     */
    @Transactional
    public int forgetOld(List<String> unfinished) {
        String[] videos = unfinished.toArray(String[]::new);
        Timestamp since = Timestamp.from(clock.instant().minus(settings.kept()));
        jdbc.sql("delete from content.speech where created_at < :since"
                        + " and not coalesce(video_id = any(:unfinished), false)")
                .param("unfinished", videos)
                .param("since", since)
                .update();
        return jdbc.sql("""
                        delete from content.speech_part
                         where used_at < :since and not phrase and (lease_until is null or lease_until <= now())
                           and not coalesce(video_id = any(:unfinished), false)
                           and key not in (select unnest(parts) from content.speech where video_id = any(:unfinished))
                        """).param("unfinished", videos).param("since", since).update();
    }
}
