package com.ytempire.hub.sandbox;

import java.time.Instant;
import java.util.List;

/** Atom as YouTube writes it, in its feeds and in what the hub pushes. */
final class VideoFeed {

    /** A video, or what is left of it. */
    record Video(String channelId, String id, String title, Instant published, Instant updated, boolean deleted) {

        /** What identifies this change of it. */
        String change() {
            return id + "@" + updated;
        }
    }

    private VideoFeed() {}

    static String of(String topic, String hub, Instant now, List<Video> videos) {
        StringBuilder feed = new StringBuilder("""
                <?xml version='1.0' encoding='UTF-8'?>
                <feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" \
                xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
                 <link rel="hub" href="%s"/>
                 <link rel="self" href="%s"/>
                 <title>YouTube video feed</title>
                 <updated>%s</updated>
                """.formatted(escape(hub), escape(topic), now));
        videos.forEach(video -> feed.append(video.deleted() ? tombstone(video) : entry(video)));
        return feed.append("</feed>\n").toString();
    }

    private static String entry(Video video) {
        return """
                 <entry>
                  <id>yt:video:%1$s</id>
                  <yt:videoId>%1$s</yt:videoId>
                  <yt:channelId>%2$s</yt:channelId>
                  <title>%3$s</title>
                  <link rel="alternate" href="https://www.youtube.com/watch?v=%1$s"/>
                  <author>
                   <name>Channel %2$s</name>
                   <uri>https://www.youtube.com/channel/%2$s</uri>
                  </author>
                  <published>%4$s</published>
                  <updated>%5$s</updated>
                 </entry>
                """.formatted(
                        escape(video.id()),
                        escape(video.channelId()),
                        escape(video.title()),
                        video.published(),
                        video.updated());
    }

    private static String tombstone(Video video) {
        return """
                 <at:deleted-entry ref="yt:video:%1$s" when="%3$s">
                  <link href="https://www.youtube.com/watch?v=%1$s"/>
                  <at:by>
                   <name>Channel %2$s</name>
                   <uri>https://www.youtube.com/channel/%2$s</uri>
                  </at:by>
                 </at:deleted-entry>
                """.formatted(escape(video.id()), escape(video.channelId()), video.updated());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
