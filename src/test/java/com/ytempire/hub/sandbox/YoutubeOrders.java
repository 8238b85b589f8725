package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.YoutubeVendor.Mood;
import com.ytempire.hub.sandbox.YoutubeVideo.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be ordered of the sandbox's YouTube over HTTP. */
final class YoutubeOrders {

    static final List<String> ACTS = List.of(
            "channel",
            "account",
            "revoke",
            "expire",
            "mood",
            "well",
            "process",
            "processing_time",
            "listing_lag",
            "audit",
            "statistics",
            "quota",
            "upload_limit");

    private final YoutubeVendor youtube;

    YoutubeOrders(YoutubeVendor youtube) {
        this.youtube = youtube;
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    Answer state() {
        return Answer.json(200, youtube.pages().state());
    }

    Answer act(String text) {
        Order order = new Order(
                text,
                "act",
                "channel_id",
                "title",
                "state",
                "mood",
                "count",
                "video_id",
                "outcome",
                "reason",
                "time",
                "views",
                "likes",
                "comments",
                "minutes",
                "project",
                "bucket",
                "passed",
                "limit");
        ObjectNode done = Json.object().put("done", true);
        switch (order.oneOf("act", ACTS)) {
            case "channel" ->
                done.put(
                        "channel_id",
                        youtube.newChannel(order.required("title")).id());
            case "account" ->
                channel(order)
                        .state(YoutubeChannel.State.valueOf(upper(order, "state", YoutubeChannel.State.values())));
            case "revoke" -> youtube.revoke(channel(order).id());
            case "expire" -> youtube.expire(channel(order).id());
            case "mood" -> mood(order);
            case "well" -> youtube.recover();
            case "process" ->
                youtube.process(
                        video(order).id(),
                        Outcome.valueOf(upper(order, "outcome", Outcome.values())),
                        order.text("reason").orElse(null));
            case "processing_time" -> youtube.processing(order.duration("time", youtube.now()));
            case "listing_lag" -> youtube.listingLag(order.duration("time", youtube.now()));
            case "audit" ->
                youtube.audited(order.required("project"), order.flag("passed").orElse(true));
            case "statistics" ->
                video(order)
                        .statistics(
                                order.number("views", 0, 0),
                                order.number("likes", 0, 0),
                                order.number("comments", 0, 0),
                                order.number("minutes", 0, 0));
            case "quota" ->
                youtube.limit(
                        order.required("project"),
                        order.oneOf("bucket", names(YoutubeQuota.Bucket.values())),
                        limit(order));
            default -> channel(order).uploadLimit(limit(order));
        }
        return Answer.json(200, done);
    }

    private YoutubeChannel channel(Order order) {
        return youtube.channel(order.required("channel_id"));
    }

    private YoutubeVideo video(Order order) {
        String id = order.required("video_id");
        return youtube.video(id).orElseThrow(() -> new IllegalArgumentException("No video " + id));
    }

    private static String upper(Order order, String field, Enum<?>[] values) {
        return order.oneOf(field, names(values)).toUpperCase(Locale.ROOT);
    }

    private static int limit(Order order) {
        return Math.toIntExact(Math.min(order.number("limit", 0, 0), Integer.MAX_VALUE));
    }

    private void mood(Order order) {
        Mood mood = Mood.valueOf(upper(order, "mood", Mood.values()));
        youtube.next(mood, order.text("channel_id").orElse(null), order.count("count"));
    }
}
