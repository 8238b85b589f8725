package com.ytempire.hub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.ytempire.hub.webhooks.AtomFeed.Entry;
import com.ytempire.hub.webhooks.AtomFeed.Kind;
import com.ytempire.hub.webhooks.AtomFeed.UnreadableFeed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomFeedTest {

    private static final String OPEN = "<feed xmlns:yt='http://www.youtube.com/xml/schemas/2015'"
            + " xmlns:at='http://purl.org/atompub/tombstones/1.0' xmlns='http://www.w3.org/2005/Atom'>";

    private static List<Entry> read(String xml) {
        return AtomFeed.read(xml.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Entry> feed(String content) {
        return read(OPEN + content + "</feed>");
    }

    private static String entry(String videoId, String updated) {
        return "<entry><yt:videoId>" + videoId + "</yt:videoId><updated>" + updated + "</updated></entry>";
    }

    private static void assertUnreadable(String xml) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThatThrownBy(() -> read(xml)).isInstanceOf(UnreadableFeed.class));
    }

    @Test
    void readsAVideoAsYouTubeTellsIt() {
        assertThat(feed("""
                        <link rel="hub" href="https://hub.example"/>
                        <title>YouTube video feed</title>
                        <updated>2015-04-01T19:05:24.552394234+00:00</updated>
                        <entry>
                          <id>yt:video:VIDEO_ID</id>
                          <yt:videoId>VIDEO_ID</yt:videoId>
                          <yt:channelId>UC_channel</yt:channelId>
                          <title>Cats &amp; <![CDATA[<dogs>]]> über</title>
                          <link rel="related" href="https://elsewhere.example"/>
                          <link rel="alternate" href="http://www.youtube.com/watch?v=VIDEO_ID"/>
                          <author><name>Channel title</name><uri>http://www.youtube.com/channel/UC_channel</uri></author>
                          <published>2015-03-06T21:40:57+00:00</published>
                          <updated>2015-03-09T19:05:24.552394234+00:00</updated>
                        </entry>"""))
                .containsExactly(new Entry(
                        Kind.UPDATED,
                        "VIDEO_ID",
                        "UC_channel",
                        "Cats & <dogs> über",
                        "http://www.youtube.com/watch?v=VIDEO_ID",
                        "Channel title",
                        Instant.parse("2015-03-06T21:40:57Z"),
                        Instant.parse("2015-03-09T19:05:24.552394234Z")));
    }

    @Test
    void readsADeletedVideo() {
        assertThat(feed("""
                        <at:deleted-entry ref="yt:video:VIDEO_ID" when="2015-03-09T20:05:24+01:00">
                          <link href="https://www.youtube.com/watch?v=VIDEO_ID"/>
                          <at:by><name>Channel title</name>
                            <uri>https://www.youtube.com/channel/UC_channel</uri></at:by>
                        </at:deleted-entry>"""))
                .containsExactly(new Entry(
                        Kind.DELETED,
                        "VIDEO_ID",
                        "UC_channel",
                        null,
                        "https://www.youtube.com/watch?v=VIDEO_ID",
                        "Channel title",
                        null,
                        Instant.parse("2015-03-09T19:05:24Z")));
    }

    @Test
    void readsSeveralEntriesInTheirOrder() {
        assertThat(feed(entry("a", "2015-03-09T19:05:24Z") + entry("b", "2015-03-09T19:05:25Z")
                        + "<at:deleted-entry ref='yt:video:c' when='2015-03-09T19:05:24Z'/>"))
                .extracting(Entry::eventId)
                .containsExactly(
                        "a:updated:2015-03-09T19:05:24Z",
                        "b:updated:2015-03-09T19:05:25Z",
                        "c:deleted:2015-03-09T19:05:24Z");
        assertThat(feed("")).isEmpty();
    }

    @Test
    void givesAnUpdateAndADeletionOfOneMomentDifferentIds() {
        assertThat(feed(entry("a", "2015-03-09T19:05:24Z")
                        + "<at:deleted-entry ref='yt:video:a' when='2015-03-09T19:05:24Z'/>"))
                .extracting(Entry::eventId)
                .doesNotHaveDuplicates();
    }

    @Test
    void goesByNamespacesAndNotByPrefixes() {
        assertThat(read("<f:feed xmlns:f='http://www.w3.org/2005/Atom'"
                        + " xmlns:y='http://www.youtube.com/xml/schemas/2015'><f:entry><y:videoId>a</y:videoId>"
                        + "<x:updated xmlns:x='urn:other'>2001-01-01T00:00:00Z</x:updated>"
                        + "<f:updated>2015-03-09T19:05:24Z</f:updated><f:source><f:updated>2002-01-01T00:00:00Z"
                        + "</f:updated></f:source></f:entry></f:feed>"))
                .extracting(Entry::updated)
                .containsExactly(Instant.parse("2015-03-09T19:05:24Z"));
        assertUnreadable("<feed><entry/></feed>");
    }

    @Test
    void readsOtherEncodings() {
        byte[] utf16 = ("<?xml version='1.0' encoding='UTF-16'?>" + OPEN + entry("a", "2015-03-09T19:05:24Z")
                        + "</feed>")
                .getBytes(StandardCharsets.UTF_16);
        assertThat(AtomFeed.read(utf16)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "\0",
                "<html/>",
                "<feed xmlns='http://www.w3.org/2005/Atom'>",
                "<feed xmlns='http://www.w3.org/2005/Atom'/><feed/>"
            })
    void refusesWhatIsNoFeed(String text) {
        assertUnreadable(text);
    }

    @Test
    void refusesEntriesThatLackIdOrTime() {
        assertUnreadable(OPEN + "<entry><updated>2015-03-09T19:05:24Z</updated></entry></feed>");
        assertUnreadable(OPEN + "<entry><yt:videoId>a</yt:videoId></entry></feed>");
        assertUnreadable(OPEN + entry("a", "yesterday") + "</feed>");
        assertUnreadable(OPEN + entry("a/../b", "2015-03-09T19:05:24Z") + "</feed>");
        assertUnreadable(OPEN + entry("a".repeat(1000), "2015-03-09T19:05:24Z") + "</feed>");
        assertUnreadable(OPEN + "<at:deleted-entry ref='urn:else:a' when='2015-03-09T19:05:24Z'/></feed>");
        assertUnreadable(OPEN + "<at:deleted-entry ref='yt:video:a'/></feed>");
    }

    @Test
    void readsNothingOutsideTheDocument(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "a");
        assertUnreadable("<!DOCTYPE feed [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>" + OPEN
                + entry("&x;", "2015-03-09T19:05:24Z") + "</feed>");
        assertUnreadable("<!DOCTYPE feed SYSTEM '" + secret.toUri() + "'>" + OPEN + entry("a", "2015-03-09T19:05:24Z")
                + "</feed>");
        assertUnreadable("<!DOCTYPE feed [<!ENTITY % p SYSTEM '" + secret.toUri() + "'> %p;]>" + OPEN + "</feed>");
    }

    @Test
    void doesNotLaughABillionTimes() {
        StringBuilder entities = new StringBuilder("<!DOCTYPE feed [<!ENTITY l0 'ha'>");
        for (int i = 1; i < 30; i++) {
            entities.append("<!ENTITY l" + i + " '" + ("&l" + (i - 1) + ";").repeat(10) + "'>");
        }
        assertUnreadable(
                entities + "]>" + OPEN + "<title>&l29;</title>" + entry("a", "2015-03-09T19:05:24Z") + "</feed>");
    }

    @Test
    void survivesAMegabyteOfNestingAttributesAndEntries() {
        assertUnreadable(OPEN + "<a>".repeat(350_000));
        assertUnreadable(OPEN + "<entry>" + "<a>".repeat(350_000));
        assertUnreadable(OPEN + entry("a", "2015-03-09T19:05:24Z").repeat(10_000) + "</feed>");
        StringBuilder attributes = new StringBuilder("<a");
        for (int i = 0; i < 80_000; i++) {
            attributes.append(" a").append(i).append("=''");
        }
        assertUnreadable(OPEN + attributes + "/></feed>");
    }

    @Test
    void tellsNothingOfTheContentInItsMessage() {
        assertThatThrownBy(() -> feed(entry("secret-marker!", "2015-03-09T19:05:24Z")))
                .hasMessageNotContaining("secret-marker");
    }
}
