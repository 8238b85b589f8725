package com.ytempire.hub.webhooks;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the Atom feeds of YouTube, those its WebSub hub pushes and those it serves. The bytes come from outside: there
 * is no document type, no entity but XML's own five, and no deep nesting.
 *
 * <p>Format: <a href="https://developers.google.com/youtube/v3/guides/push_notifications">push notifications</a>; a
 * deleted video is a tombstone of <a href="https://www.rfc-editor.org/rfc/rfc6721">RFC 6721</a>.
 */
public final class AtomFeed {

    private static final String ATOM = "http://www.w3.org/2005/Atom";
    private static final String YOUTUBE = "http://www.youtube.com/xml/schemas/2015";
    private static final String TOMBSTONES = "http://purl.org/atompub/tombstones/1.0";

    private static final QName FEED = new QName(ATOM, "feed");
    private static final QName ENTRY = new QName(ATOM, "entry");
    private static final QName DELETED_ENTRY = new QName(TOMBSTONES, "deleted-entry");

    /** YouTube's feeds have 15 entries and two levels below an entry. */
    private static final int MOST_ENTRIES = 100;

    private static final int DEEPEST = 16;

    private static final Pattern VIDEO_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern DELETED_REF = Pattern.compile("yt:video:(.+)");
    private static final Pattern CHANNEL_URI = Pattern.compile("https?://www\\.youtube\\.com/channel/([A-Za-z0-9_-]+)");

    private static final XMLInputFactory XML = xml();

    /** What an entry tells of a video. */
    public enum Kind {
        /** It is new, or its title or description changed. */
        UPDATED,
        /** It is gone. */
        DELETED
    }

    /**
     * One entry of a feed.
     *
     * @param channelId null when a deleted entry does not tell
     * @param title null for a deleted entry
     * @param published null for a deleted entry
     * @param updated when the video changed, or was deleted
     */
    public record Entry(
            Kind kind,
            String videoId,
            String channelId,
            String title,
            String link,
            String author,
            Instant published,
            Instant updated) {

        /** The same for every notice of the same change: the video with its updated or deleted stamp. */
        public String eventId() {
            return videoId + (kind == Kind.DELETED ? ":deleted:" : ":updated:") + updated;
        }
    }

    /** The bytes are no feed of videos. The message repeats nothing of them. */
    public static final class UnreadableFeed extends RuntimeException {

        UnreadableFeed(String message) {
            super(message);
        }

        UnreadableFeed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private AtomFeed() {}

    /**
     * The entries in the order of the feed; none for a feed without any.
     *
     * @throws UnreadableFeed when the bytes are no well-formed Atom feed, have a document type, or an entry lacks the
     *     video's id or the time of its change
     */
    public static List<Entry> read(byte[] atom) {
        try {
            XMLStreamReader reader = XML.createXMLStreamReader(new ByteArrayInputStream(atom));
            try {
                return entries(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new UnreadableFeed("not well-formed XML", e);
        }
    }

    /** The JDK's own parser, whatever else is on the class path. */
    private static XMLInputFactory xml() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> {
            throw new XMLStreamException("nothing outside the document is read");
        });
        return factory;
    }

    private static List<Entry> entries(XMLStreamReader reader) throws XMLStreamException {
        List<Entry> entries = new ArrayList<>();
        Draft draft = null;
        List<QName> path = new ArrayList<>();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new UnreadableFeed("a document type or an entity in the feed");
                case XMLStreamConstants.START_ELEMENT -> {
                    path.add(reader.getName());
                    if (path.size() == 1 && !path.get(0).equals(FEED)) {
                        throw new UnreadableFeed("not an Atom feed");
                    }
                    if (path.size() > DEEPEST) {
                        throw new UnreadableFeed("nested too deeply");
                    }
                    if (path.size() == 2) {
                        draft = Draft.of(reader);
                    } else if (draft != null) {
                        draft.begin(path, reader);
                    }
                }
                case XMLStreamConstants.CHARACTERS -> {
                    if (draft != null) {
                        draft.text.append(reader.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (draft != null && path.size() == 2) {
                        entries.add(draft.entry());
                        draft = null;
                    } else if (draft != null) {
                        draft.end(path);
                    }
                    path.remove(path.size() - 1);
                }
                default -> {
                    // comments, processing instructions, blanks
                }
            }
            if (entries.size() > MOST_ENTRIES) {
                throw new UnreadableFeed("too many entries");
            }
        }
        return entries;
    }

    /** An entry while it is being read. */
    private static final class Draft {

        private final Kind kind;
        private final StringBuilder text = new StringBuilder();
        private String videoId;
        private String channelId;
        private String title;
        private String link;
        private String author;
        private Instant published;
        private Instant updated;

        private Draft(Kind kind) {
            this.kind = kind;
        }

        /** @return null for an element that is no entry */
        static Draft of(XMLStreamReader reader) {
            if (reader.getName().equals(ENTRY)) {
                return new Draft(Kind.UPDATED);
            }
            if (!reader.getName().equals(DELETED_ENTRY)) {
                return null;
            }
            Draft draft = new Draft(Kind.DELETED);
            draft.videoId = group(DELETED_REF, reader.getAttributeValue(null, "ref"));
            draft.updated = time(reader.getAttributeValue(null, "when"));
            return draft;
        }

        void begin(List<QName> path, XMLStreamReader reader) {
            text.setLength(0);
            String rel = reader.getAttributeValue(null, "rel");
            if (inEntry(path, ATOM, "link") && (rel == null || rel.equals("alternate"))) {
                link = reader.getAttributeValue(null, "href");
            }
        }

        void end(List<QName> path) {
            String value = text.toString().strip();
            if (kind == Kind.UPDATED) {
                endOfUpdated(path, value);
            } else if (inside(path, new QName(TOMBSTONES, "by"), "name")) {
                author = value;
            } else if (inside(path, new QName(TOMBSTONES, "by"), "uri")) {
                channelId = group(CHANNEL_URI, value);
            }
            text.setLength(0);
        }

        private void endOfUpdated(List<QName> path, String value) {
            if (inEntry(path, YOUTUBE, "videoId")) {
                videoId = value;
            } else if (inEntry(path, YOUTUBE, "channelId")) {
                channelId = value;
            } else if (inEntry(path, ATOM, "title")) {
                title = value;
            } else if (inEntry(path, ATOM, "published")) {
                published = time(value);
            } else if (inEntry(path, ATOM, "updated")) {
                updated = time(value);
            } else if (inside(path, new QName(ATOM, "author"), "name")) {
                author = value;
            }
        }

        Entry entry() {
            if (videoId == null || !VIDEO_ID.matcher(videoId).matches()) {
                throw new UnreadableFeed("an entry without the id of a video");
            }
            if (updated == null) {
                throw new UnreadableFeed("an entry without the time of its change");
            }
            return new Entry(kind, videoId, channelId, title, link, author, published, updated);
        }

        private static boolean inEntry(List<QName> path, String namespace, String name) {
            return path.size() == 3 && path.get(2).equals(new QName(namespace, name));
        }

        private static boolean inside(List<QName> path, QName parent, String name) {
            return path.size() == 4 && path.get(2).equals(parent) && path.get(3).equals(new QName(ATOM, name));
        }

        private static String group(Pattern pattern, String value) {
            Matcher matcher = pattern.matcher(value == null ? "" : value);
            return matcher.matches() ? matcher.group(1) : null;
        }

        private static Instant time(String value) {
            try {
                return value == null ? null : OffsetDateTime.parse(value).toInstant();
            } catch (DateTimeParseException e) {
                throw new UnreadableFeed("a time that is none", e);
            }
        }
    }
}
