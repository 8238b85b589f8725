package com.ytempire.hub.camel.youtube;

import com.google.api.client.util.ClassInfo;
import com.google.api.client.util.FieldInfo;
import com.google.api.services.youtube.YouTube;
import com.google.api.services.youtube.model.Caption;
import com.google.api.services.youtube.model.Video;
import com.google.api.services.youtubeAnalytics.v2.YouTubeAnalytics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What can be asked of YouTube, and with which parameters. */
enum YoutubeMethod {
    CHANNELS_LIST("channels", "list", YouTube.Channels.List.class, null),
    VIDEOS_LIST("videos", "list", YouTube.Videos.List.class, null),
    /** A whole upload in one go; one that must survive a restart uses the steps of {@code upload}. */
    VIDEOS_INSERT("videos", "insert", YouTube.Videos.Insert.class, Video.class),
    VIDEOS_UPDATE("videos", "update", YouTube.Videos.Update.class, Video.class),
    VIDEOS_DELETE("videos", "delete", YouTube.Videos.Delete.class, null),
    THUMBNAILS_SET("thumbnails", "set", YouTube.Thumbnails.Set.class, null),
    PLAYLIST_ITEMS_LIST("playlistItems", "list", YouTube.PlaylistItems.List.class, null),
    SEARCH_LIST("search", "list", YouTube.Search.List.class, null),
    CAPTIONS_INSERT("captions", "insert", YouTube.Captions.Insert.class, Caption.class),
    REPORTS_QUERY("reports", "query", YouTubeAnalytics.Reports.Query.class, null),
    UPLOAD_START("upload", "start", YouTube.Videos.Insert.class, Video.class),
    UPLOAD_STATUS("upload", "status", null, null),
    UPLOAD_CHUNK("upload", "chunk", null, null),
    UPLOAD_CANCEL("upload", "cancel", null, null);

    static final String CONTENT = "content";
    static final String FILE = "file";
    static final String MIME_TYPE = "mimeType";
    static final String BYTES = "bytes";
    static final String SESSION = "session";
    static final String OFFSET = "offset";
    static final String LENGTH = "length";

    private final String api;
    private final String method;
    private final Map<String, Class<?>> query;
    private final Map<String, Class<?>> parameters;

    /**
     * @param request the library's, whose parameters the method has; null for none
     * @param content the resource it sends; null for none
     */
    YoutubeMethod(String api, String method, Class<?> request, Class<?> content) {
        this.api = api;
        this.method = method;
        this.query = query(request);
        Map<String, Class<?>> all = new TreeMap<>(query);
        if (content != null) {
            all.put(CONTENT, content);
        }
        all.putAll(own());
        this.parameters = Collections.unmodifiableMap(all);
    }

    private static Map<String, Class<?>> query(Class<?> request) {
        Map<String, Class<?>> query = new TreeMap<>();
        if (request != null) {
            ClassInfo info = ClassInfo.of(request);
            for (String name : info.getNames()) {
                FieldInfo field = info.getFieldInfo(name);
                // those of all methods, like access_token and alt, are not the caller's to set
                if (field.getField().getDeclaringClass() == request || name.equals("fields")) {
                    query.put(name, field.getType());
                }
            }
        }
        return Collections.unmodifiableMap(query);
    }

    /** Those the library has no field for. */
    private Map<String, Class<?>> own() {
        return switch (api + "/" + method) {
            case "videos/insert", "captions/insert" -> Map.of(FILE, Path.class, MIME_TYPE, String.class);
            case "thumbnails/set" -> Map.of(FILE, Object.class, MIME_TYPE, String.class);
            case "upload/start" -> Map.of(BYTES, Long.class, MIME_TYPE, String.class);
            case "upload/status" -> Map.of(SESSION, YoutubeSession.class, BYTES, Long.class);
            case "upload/chunk" ->
                Map.of(
                        SESSION,
                        YoutubeSession.class,
                        FILE,
                        Path.class,
                        OFFSET,
                        Long.class,
                        LENGTH,
                        Long.class,
                        BYTES,
                        Long.class);
            case "upload/cancel" -> Map.of(SESSION, YoutubeSession.class);
            default -> Map.of();
        };
    }

    /**
     * The method an URI names.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    static YoutubeMethod of(String path) {
        return Arrays.stream(values())
                .filter(method -> method.toString().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown YouTube method: " + path));
    }

    String api() {
        return api;
    }

    String method() {
        return method;
    }

    /** Which parameter the body is unless the endpoint says otherwise; null for none. */
    String body() {
        if (this == THUMBNAILS_SET) {
            return FILE;
        }
        return parameters.containsKey(CONTENT) ? CONTENT : null;
    }

    /** Names and types of what goes into the request's query. */
    Map<String, Class<?>> query() {
        return query;
    }

    /** Names and types of all that can be given as an option or header. */
    Map<String, Class<?>> parameters() {
        return parameters;
    }

    /** As in URIs. */
    @Override
    public String toString() {
        return api + "/" + method;
    }
}
