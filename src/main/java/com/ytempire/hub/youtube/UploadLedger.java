package com.ytempire.hub.youtube;

import com.ytempire.hub.camel.youtube.YoutubeSession;
import com.ytempire.hub.platform.NodeId;
import com.ytempire.hub.platform.Vault;
import com.ytempire.hub.youtube.UploadRun.Step;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes down how an upload goes on, each time in one transaction with its history and with what is told of it. Every
 * write names the claim: who has lost it gets {@link UploadLost}, and nothing has changed.
 */
@Component
class UploadLedger {

    /** Why nobody has chosen a channel for it yet. */
    private static final Set<String> WAITING = Set.of("no_channel", "out", "quota", "channel_limit");

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Vault vault;
    private final String node;
    private final UploadSettings settings;
    private final UploadHistory history;
    private final UploadTold told;
    private final UploadEnd end;
    private final Quota quota;
    private final UploadViews views;

    UploadLedger(
            JdbcClient jdbc,
            Clock clock,
            Vault vault,
            NodeId node,
            UploadSettings settings,
            UploadHistory history,
            UploadTold told,
            UploadEnd end,
            Quota quota,
            UploadViews views) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.vault = vault;
        this.node = node.value();
        this.settings = settings;
        this.history = history;
        this.told = told;
        this.end = end;
        this.quota = quota;
        this.views = views;
    }

    /** @param set what changes, with parameters of the map; :now is there */
    private void write(UploadRun run, String set, Map<String, Object> values) {
        Map<String, Object> all = new TreeMap<>(values);
        all.put("now", now());
        boolean asked = jdbc.sql("update youtube.upload set " + set + ", changed_at = :now"
                        + " where id = :id and attempt = :attempt and node = :node"
                        + " returning cancel_asked_at is not null")
                .params(all)
                .param("id", run.id())
                .param("attempt", run.attempt())
                .param("node", node)
                .query(Boolean.class)
                .optional()
                .orElseThrow(() -> new UploadLost(run));
        run.cancelAsked(asked);
    }

    private void write(UploadRun run, String set) {
        write(run, set, Map.of());
    }

    private static final String FREE = ", node = null, lease_until = null";

    /** The time it waited for a channel does not count as time without progress; that with another channel does. */
    @Transactional
    void chosen(UploadRun run, YoutubeChannel channel) {
        boolean waited = run.code() == null || WAITING.contains(run.code());
        run.chosen(channel.id(), channel.youtubeId());
        if (waited) {
            run.progressed(clock.instant());
        }
        write(
                run,
                "state = 'uploading', channel_id = :channel, session_sealed = null, session_at = null, confirmed = 0,"
                        + " all_sent_at = null, looks = 0, code = null, reason = null, expected_at = null,"
                        + " since = :since",
                Map.of("channel", channel.id(), "since", Timestamp.from(run.since())));
        history.add(run.id(), "channel_chosen", channel.id(), channel.title());
    }

    /** Everybody in the lane waits for the same: the first is asked again, the others see why they wait. */
    @Transactional
    void waits(UploadRun run, Choice choice) {
        Instant again = clock.instant().plus(settings.queueAgain());
        Instant due = choice.next() != null && choice.next().isBefore(again) ? choice.next() : again;
        boolean quotaComes = choice.next() != null;
        write(run, "due_at = :due" + FREE, Map.of("due", Timestamp.from(due)));
        Set<UUID> changed = new HashSet<>(jdbc.sql("""
                        update youtube.upload
                           set state = case when :comes then 'waiting_quota' else 'queued' end, code = :code,
                               reason = :reason, expected_at = :expected, changed_at = :now
                         where lane = :lane and state in ('queued', 'waiting_quota')
                           and (code is distinct from :code or expected_at is distinct from :expected::timestamptz)
                        returning video_id
                        """)
                .param("comes", quotaComes)
                .param("code", choice.reason())
                .param("reason", why(choice.reason()))
                .param("expected", quotaComes ? Timestamp.from(choice.next()) : null)
                .param("lane", run.order().lane())
                .param("now", now())
                .query(UUID.class)
                .list());
        views.inLane(run.order().lane()).forEach((video, place) -> {
            if (changed.contains(video)) {
                told.queued(video, place);
            }
        });
        run.ended();
    }

    private static String why(String code) {
        return switch (code) {
            case "no_channel" -> "There is no channel for it";
            case "out" -> "No channel that may take it is in use; see the channels";
            case "channel_limit" -> "Every channel has had its uploads of 24 hours";
            default -> "No quota is left before the next reset";
        };
    }

    /** The insert has been made: from here its quota is used. */
    @Transactional
    void sessionBegan(UploadRun run, YoutubeSession session) {
        run.began(session);
        write(
                run,
                "session_sealed = :session, session_at = :now, started_at = :now, confirmed = 0, all_sent_at = null,"
                        + " looks = 0",
                Map.of(
                        "session",
                        vault.seal(UploadClaims.context(run.id()), session.uri().toString())));
        quota.settle(run.id(), Quota.INSERT);
        history.add(run.id(), "session_started", run.channel(), null);
        told.uploading(run.order().video(), run.channel(), 0);
    }

    /** From here on the video may exist, whatever is heard of it. */
    @Transactional
    void lastPart(UploadRun run) {
        write(run, "all_sent_at = coalesce(all_sent_at, :now)");
        run.allSent(true);
    }

    /**
     * YouTube has so much. What it does not have cannot have become a video.
     *
     * @param took for what was sent since; null when nothing was
     */
    @Transactional
    void confirmed(UploadRun run, long bytes, Duration took) {
        boolean further = bytes > run.confirmed();
        Long speed = took == null || !further ? null : speed(bytes - run.confirmed(), took);
        write(
                run,
                "confirmed = :bytes, bytes_per_second = coalesce(:speed::bigint, bytes_per_second),"
                        + " all_sent_at = case when :all then all_sent_at end"
                        + (further ? ", since = :now, failures = 0, code = null, reason = null" : ""),
                values("bytes", bytes, "speed", speed, "all", bytes == run.bytes()));
        run.confirm(bytes);
        if (further) {
            run.progressed(clock.instant());
        }
        run.allSent(run.isAllSent() && bytes == run.bytes());
        quota.renew(run.id());
        told.uploading(run.order().video(), run.channel(), UploadViews.percent(bytes, run.bytes()));
    }

    private static long speed(long bytes, Duration took) {
        return Math.round(bytes * 1e9 / Math.max(1, took.toNanos()));
    }

    /** YouTube has made a video of it. @param how it was learned, for the history */
    @Transactional
    void isVideo(UploadRun run, String youtubeId, String how) {
        run.isVideo(youtubeId);
        boolean tooLate = run.isCancelAsked();
        write(
                run,
                "state = 'finishing', youtube_id = :video, confirmed = bytes, uploaded_at = :now, since = :now,"
                        + " session_sealed = null, all_sent_at = null, looks = 0, failures = 0, code = null,"
                        + " reason = null, cancel_asked_at = null, due_at = :now" + FREE,
                Map.of("video", youtubeId));
        history.add(run.id(), how, run.channel(), tooLate ? "The cancellation came too late" : null);
        told.uploading(run.order().video(), run.channel(), 100);
        run.ended();
    }

    /** The request that was to make it a video was refused. */
    @Transactional
    void isNoVideo(UploadRun run) {
        write(run, "all_sent_at = null");
        run.allSent(false);
    }

    /** The same goes on later, here or on another node. */
    @Transactional
    void putOff(UploadRun run, Instant due, String code, String reason) {
        if (endsCancelled(run)) {
            return;
        }
        write(
                run,
                "due_at = :due, failures = failures + 1, code = :code, reason = :reason" + FREE,
                values("due", Timestamp.from(due), "code", code, "reason", reason));
        run.ended();
    }

    /** What is under way goes on at once, on whichever node has a hand free. */
    @Transactional
    void handBack(UploadRun run) {
        if (!endsCancelled(run)) {
            write(run, "due_at = :now" + FREE);
            run.ended();
        }
    }

    /** Whether it was cancelled meanwhile, and nothing of it can be at YouTube. */
    private boolean endsCancelled(UploadRun run) {
        if (run.youtubeId() != null || run.isAllSent()) {
            return false;
        }
        write(run, "node = node");
        if (run.isCancelAsked()) {
            cancelled(run);
        }
        return run.isCancelAsked();
    }

    @Transactional
    void cancelled(UploadRun run) {
        write(run, "node = node");
        end.cancelled(run.id(), run.order().video(), run.channel());
        run.ended();
    }

    /** Back into the queue, where it has its old place: another channel may take it, from the first byte. */
    @Transactional
    void leaveChannel(UploadRun run, Instant due, String kind, String code, String reason) {
        if (endsCancelled(run)) {
            return;
        }
        quota.endWithoutInsert(run.id());
        write(
                run,
                "state = 'queued', channel_id = null, session_sealed = null, session_at = null, confirmed = 0,"
                        + " all_sent_at = null, looks = 0, bytes_per_second = null, failures = failures + 1, code = :code,"
                        + " reason = :reason, due_at = :due" + FREE,
                values("due", Timestamp.from(due), "code", code, "reason", reason));
        history.add(run.id(), kind, run.channel(), reason);
        told.queued(run.order().video(), views.place(run.id()));
        run.ended();
    }

    /** The session is gone, and whether its video is there is to be seen. */
    @Transactional
    void sessionGone(UploadRun run) {
        write(run, "session_sealed = null");
        run.lostSession();
        history.add(run.id(), "session_gone", run.channel(), null);
    }

    /** The video was looked for and not found; it may only be late. */
    @Transactional
    void lookAgain(UploadRun run, Instant due) {
        write(
                run,
                "looks = looks + 1, due_at = :due, code = 'looking',"
                        + " reason = 'The session is gone; the video is looked for on the channel'" + FREE,
                Map.of("due", Timestamp.from(due)));
        run.ended();
    }

    @Transactional
    void extraSet(UploadRun run, Step extra) {
        write(run, column(extra) + " = 'set', failures = 0, since = :now");
        run.progressed(clock.instant());
        quota.settle(run.id(), extra.method());
        run.extraDone(extra);
    }

    /** The video stands without it. @param asked whether YouTube refused it, or it was not even sent */
    @Transactional
    void extraRefused(UploadRun run, Step extra, boolean asked, String code, String reason) {
        String name = extra.name().toLowerCase(Locale.ROOT);
        write(
                run,
                column(extra) + " = 'refused', failures = 0, code = null, reason = null, due_at = :now,"
                        + " note = concat_ws('; ', note, :note::text)" + FREE,
                Map.of("note", name + ": " + code));
        if (asked) {
            quota.settle(run.id(), extra.method());
        } else {
            quota.release(run.id(), extra.method());
        }
        history.add(run.id(), name + "_refused", run.channel(), reason);
        run.ended();
    }

    private static String column(Step extra) {
        return switch (extra) {
            case THUMBNAIL -> "thumbnail_state";
            case CAPTIONS -> "captions_state";
            default -> "details_state";
        };
    }

    /** All has been sent; YouTube is at it. */
    @Transactional
    void watched(UploadRun run) {
        write(
                run,
                "state = 'watching', looks = 0, failures = 0, code = null, reason = null, due_at = :due" + FREE,
                Map.of("due", Timestamp.from(clock.instant().plus(UploadSettings.pause(settings.watch(), 1)))));
        quota.end(run.id());
        run.ended();
    }

    /** YouTube is still at it. */
    @Transactional
    void stillAtIt(UploadRun run) {
        Duration pause = UploadSettings.pause(settings.watch(), run.looks() + 2);
        write(
                run,
                "looks = looks + 1, failures = 0, since = :now, code = null, reason = null, due_at = :due" + FREE,
                Map.of("due", Timestamp.from(clock.instant().plus(pause))));
        run.ended();
    }

    /** @param note what is to be known about it; null for nothing */
    @Transactional
    void published(UploadRun run, String note) {
        write(
                run,
                "state = 'published', ended_at = :now, due_at = null, failures = 0, code = null, reason = null,"
                        + " note = nullif(concat_ws('; ', note, :note::text), '')" + FREE,
                values("note", note));
        history.add(run.id(), "published", run.channel(), note);
        told.published(run.order().video(), run.youtubeId());
        run.ended();
    }

    /** @param code for programs @param reason for people */
    @Transactional
    void failed(UploadRun run, String code, String reason) {
        if (endsCancelled(run)) {
            return;
        }
        write(
                run,
                "state = 'failed', ended_at = :now, due_at = null, expected_at = null, code = :code, reason = :reason"
                        + FREE,
                values("code", code, "reason", reason));
        quota.end(run.id());
        history.add(run.id(), "failed", run.channel(), reason);
        told.failed(run.order().video(), code, reason);
        run.ended();
    }

    private static Map<String, Object> values(Object... pairs) {
        Map<String, Object> values = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put((String) pairs[i], pairs[i + 1]);
        }
        return values;
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
