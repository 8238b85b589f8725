package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/** What people are shown of YouTube: videos to watch, and how everything stands. */
final class YoutubePages {

    private final YoutubeVendor youtube;

    YoutubePages(YoutubeVendor youtube) {
        this.youtube = youtube;
    }

    /** A video's page, its bytes, its picture. */
    Answer show(Received request, String path) {
        YoutubeVideo video =
                youtube.video(Forms.parse(request.query()).path("v").asText()).orElse(null);
        if (video == null) {
            return Answer.text(404, "Not Found");
        }
        return switch (path) {
            case "/watch" -> Answer.of(200, "text/html; charset=utf-8", page(video));
            case "/thumbnail" ->
                video.thumbnail() == null
                        ? Answer.text(404, "Not Found")
                        : new Answer(200, Map.of("Content-Type", "image/jpeg"), video.thumbnail());
            default ->
                video.file() == null
                        ? Answer.text(404, "Too long to be kept here")
                        : new Answer(
                                200,
                                Map.of("Content-Type", "video/mp4"),
                                YoutubeChanges.bytes(video.file(), Integer.MAX_VALUE));
        };
    }

    private static String page(YoutubeVideo video) {
        String title = video.title().replace("&", "&amp;").replace("<", "&lt;");
        String description = video.description().replace("&", "&amp;").replace("<", "&lt;");
        return """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title></head>
                <body><h1>%s</h1><video controls width="640" src="file?v=%s" poster="thumbnail?v=%s"></video>
                <p>%s, %s, by %s, %,d bytes</p><pre>%s</pre></body></html>
                """.formatted(
                        title,
                        title,
                        video.id(),
                        video.id(),
                        video.privacy(),
                        video.uploadStatus(),
                        video.channel().title(),
                        video.bytes(),
                        description);
    }

    ObjectNode state() {
        ObjectNode state = Json.object();
        ArrayNode all = state.putArray("channels");
        for (YoutubeChannel channel : youtube.channels()) {
            ObjectNode one = all.addObject().put("channel_id", channel.id()).put("title", channel.title());
            one.put("state", channel.state().name().toLowerCase(Locale.ROOT));
            one.put("upload_limit", channel.uploadLimit());
        }
        ArrayNode list = state.putArray("videos");
        for (YoutubeVideo video : youtube.videos()) {
            list.addObject()
                    .put("video_id", video.id())
                    .put("channel_id", video.channel().id())
                    .put("title", video.title())
                    .put("privacy", video.privacy())
                    .put("status", video.uploadStatus())
                    .put("bytes", video.bytes())
                    .put("sha256", video.sha256())
                    .put("thumbnail", video.thumbnail() != null)
                    .put("page", youtube.baseUrl() + "/youtube/watch?v=" + video.id());
        }
        ArrayNode open = state.putArray("open_uploads");
        for (YoutubeSession session : youtube.uploads().open()) {
            open.addObject()
                    .put("channel_id", session.channel().id())
                    .put("stored", session.stored())
                    .put("total", session.total());
        }
        state.set("quota", Json.tree(youtube.quota().state()));
        return state;
    }
}
