package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.YoutubeConsent.Grant;
import com.ytempire.hub.sandbox.YoutubeQuota.Bucket;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be read at YouTube. */
final class YoutubeLists {

    private static final Set<String> METRICS =
            Set.of("views", "likes", "comments", "estimatedMinutesWatched", "averageViewDuration");

    private final YoutubeVendor youtube;

    YoutubeLists(YoutubeVendor youtube) {
        this.youtube = youtube;
    }

    private void spend(Grant grant) {
        youtube.quota().spend(grant.project(), Bucket.GENERAL, 1);
    }

    Answer channels(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known(
                        "part",
                        "mine",
                        "id",
                        "maxResults",
                        "pageToken",
                        "hl",
                        "forHandle",
                        "forUsername",
                        "managedByMe",
                        "mySubscribers",
                        "onBehalfOfContentOwner");
        spend(grant);
        Set<String> parts = query.parts(Set.of("id", "snippet", "contentDetails", "statistics", "status"));
        int most = query.number("maxResults", 5, 0, 50);
        List<YoutubeChannel> found = new ArrayList<>();
        if (query.flag("mine")) {
            if (grant.channel().state() != YoutubeChannel.State.NONE) {
                found.add(grant.channel());
            }
        } else {
            query.required("id");
            Set<String> ids = query.all("id");
            youtube.channels().stream()
                    .filter(channel -> ids.contains(channel.id()))
                    .forEach(found::add);
        }
        ArrayNode items = Json.array();
        found.stream().limit(most).forEach(channel -> items.add(channel(channel, parts)));
        return list("youtube#channelListResponse", items, found.size(), most, null);
    }

    private ObjectNode channel(YoutubeChannel channel, Set<String> parts) {
        ObjectNode one = Json.object().put("kind", "youtube#channel");
        one.put("etag", Integer.toHexString(channel.id().hashCode())).put("id", channel.id());
        if (parts.contains("snippet")) {
            ObjectNode snippet = one.putObject("snippet").put("title", channel.title());
            snippet.put("description", "").put("publishedAt", channel.since().toString());
            snippet.put("customUrl", "@" + channel.id().toLowerCase(Locale.ROOT));
            snippet.putObject("thumbnails");
        }
        if (parts.contains("contentDetails")) {
            one.putObject("contentDetails").putObject("relatedPlaylists").put("uploads", channel.uploads());
        }
        if (parts.contains("statistics")) {
            List<YoutubeVideo> videos = youtube.videos(channel.id());
            one.putObject("statistics")
                    .put("viewCount", String.valueOf(sum(videos, "views")))
                    .put("subscriberCount", "0")
                    .put("hiddenSubscriberCount", false)
                    .put("videoCount", String.valueOf(videos.size()));
        }
        if (parts.contains("status")) {
            one.putObject("status")
                    .put("privacyStatus", "public")
                    .put("isLinked", true)
                    .put("longUploadsStatus", "allowed");
        }
        return one;
    }

    private static long sum(List<YoutubeVideo> videos, String metric) {
        return videos.stream().mapToLong(video -> video.metric(metric)).sum();
    }

    private static Answer list(String kind, ArrayNode items, int total, int perPage, String nextPage) {
        ObjectNode answer = Json.object().put("kind", kind).put("etag", Integer.toHexString(items.hashCode()));
        if (nextPage != null) {
            answer.put("nextPageToken", nextPage);
        }
        answer.putObject("pageInfo").put("totalResults", total).put("resultsPerPage", perPage);
        answer.set("items", items);
        return Answer.json(200, answer);
    }

    Answer videos(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known(
                        "part",
                        "id",
                        "maxResults",
                        "pageToken",
                        "hl",
                        "locale",
                        "maxHeight",
                        "maxWidth",
                        "regionCode",
                        "videoCategoryId",
                        "onBehalfOfContentOwner");
        spend(grant);
        Set<String> parts = query.parts(YoutubeRules.VIDEO_PARTS);
        query.required("id");
        Set<String> ids = query.all("id");
        if (ids.size() > 50) {
            throw YoutubeError.of(400, "youtube.parameter", "invalidFilters", "Too many ids");
        }
        ArrayNode items = Json.array();
        for (String id : ids) {
            youtube.video(id)
                    .filter(video -> video.mayBeSeenBy(grant.channel()))
                    .ifPresent(video -> items.add(video.resource(owned(parts, video, grant), youtube.baseUrl())));
        }
        return list("youtube#videoListResponse", items, items.size(), items.size(), null);
    }

    /** Some parts are the owner's only. */
    private static Set<String> owned(Set<String> parts, YoutubeVideo video, Grant grant) {
        if (video.channel() != grant.channel()
                && (parts.contains("fileDetails") || parts.contains("processingDetails"))) {
            throw YoutubeError.of(403, "youtube.video", "forbidden", "The video is not the caller's.");
        }
        return parts;
    }

    Answer playlistItems(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known("part", "playlistId", "maxResults", "pageToken", "videoId", "onBehalfOfContentOwner");
        spend(grant);
        Set<String> parts = query.parts(Set.of("id", "snippet", "contentDetails", "status"));
        String playlist = query.required("playlistId");
        YoutubeChannel channel = youtube.channels().stream()
                .filter(each -> each.uploads().equals(playlist))
                .findFirst()
                .orElseThrow(() -> YoutubeError.missing("playlistNotFound", "playlist"));
        List<YoutubeVideo> all = newestFirst(youtube.videos(channel.id()), grant);
        query.one("videoId").ifPresent(id -> all.removeIf(video -> !video.id().equals(id)));
        int most = query.number("maxResults", 5, 0, 50);
        int from = offset(query);
        ArrayNode items = Json.array();
        all.stream()
                .skip(from)
                .limit(most)
                .forEach(video -> items.add(item(playlist, video, parts, all.indexOf(video))));
        return list("youtube#playlistItemListResponse", items, all.size(), most, next(from, most, all.size()));
    }

    private List<YoutubeVideo> newestFirst(List<YoutubeVideo> videos, Grant grant) {
        List<YoutubeVideo> all = new ArrayList<>(videos);
        all.removeIf(video -> !video.mayBeSeenBy(grant.channel()) || !youtube.isListed(video));
        Collections.reverse(all);
        return all;
    }

    private static int offset(YoutubeQuery query) {
        String token = query.one("pageToken").orElse("P0");
        if (!token.matches("P\\d{1,6}")) {
            throw YoutubeError.of(400, "youtube.parameter", "invalidPageToken", "The page token is invalid.");
        }
        return Integer.parseInt(token.substring(1));
    }

    private static String next(int from, int most, int total) {
        return most > 0 && from + most < total ? "P" + (from + most) : null;
    }

    private ObjectNode item(String playlist, YoutubeVideo video, Set<String> parts, int position) {
        ObjectNode one = Json.object().put("kind", "youtube#playlistItem").put("id", playlist + "." + video.id());
        if (parts.contains("snippet")) {
            ObjectNode snippet = one.putObject("snippet");
            snippet.put("publishedAt", video.uploaded().toString());
            snippet.put("channelId", video.channel().id()).put("title", video.title());
            snippet.put("description", video.description()).put("playlistId", playlist);
            snippet.put("position", position);
            snippet.putObject("resourceId").put("kind", "youtube#video").put("videoId", video.id());
        }
        if (parts.contains("contentDetails")) {
            one.putObject("contentDetails")
                    .put("videoId", video.id())
                    .put("videoPublishedAt", video.uploaded().toString());
        }
        if (parts.contains("status")) {
            one.putObject("status").put("privacyStatus", video.privacy());
        }
        return one;
    }

    Answer search(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known(
                        "part",
                        "forMine",
                        "type",
                        "q",
                        "channelId",
                        "maxResults",
                        "order",
                        "pageToken",
                        "publishedAfter",
                        "publishedBefore");
        youtube.quota().spend(grant.project(), Bucket.SEARCH, 1);
        Set<String> parts = query.parts(Set.of("id", "snippet"));
        boolean mine = query.flag("forMine");
        if (mine && !query.all("type").equals(Set.of("video"))) {
            throw YoutubeError.of(400, "youtube.search", "invalidSearchFilter", "forMine needs type=video");
        }
        String words = query.one("q").orElse("").toLowerCase(Locale.ROOT);
        String channel = mine ? grant.channel().id() : query.one("channelId").orElse(null);
        List<YoutubeVideo> found = newestFirst(youtube.videos(), grant);
        found.removeIf(video -> channel != null && !video.channel().id().equals(channel)
                || !(video.title() + " " + video.description() + " " + String.join(" ", video.tags()))
                        .toLowerCase(Locale.ROOT)
                        .contains(words));
        int most = query.number("maxResults", 5, 0, 50);
        int from = offset(query);
        ArrayNode items = Json.array();
        found.stream().skip(from).limit(most).forEach(video -> items.add(result(video, parts)));
        return list("youtube#searchListResponse", items, found.size(), most, next(from, most, found.size()));
    }

    private static ObjectNode result(YoutubeVideo video, Set<String> parts) {
        ObjectNode one = Json.object().put("kind", "youtube#searchResult");
        one.putObject("id").put("kind", "youtube#video").put("videoId", video.id());
        if (parts.contains("snippet")) {
            ObjectNode snippet = one.putObject("snippet");
            snippet.put("publishedAt", video.uploaded().toString());
            snippet.put("channelId", video.channel().id()).put("title", video.title());
            snippet.put("description", video.description());
        }
        return one;
    }

    /** One row of what the videos have, or one for each video. */
    Answer reports(Received request, Grant grant) {
        YoutubeQuery query = new YoutubeQuery(request.query())
                .known(
                        "ids",
                        "startDate",
                        "endDate",
                        "metrics",
                        "dimensions",
                        "filters",
                        "sort",
                        "maxResults",
                        "startIndex",
                        "currency",
                        "includeHistoricalChannelData");
        String ids = query.required("ids");
        if (!ids.equals("channel==MINE")
                && !ids.equals("channel==" + grant.channel().id())) {
            throw YoutubeError.of(403, "global", "forbidden", "Forbidden");
        }
        date(query.required("startDate"));
        date(query.required("endDate"));
        List<String> metrics = List.of(query.required("metrics").split(","));
        if (!METRICS.containsAll(metrics)) {
            throw YoutubeError.of(
                    400, "global", "badRequest", "Unknown identifier (" + metrics + ") given in metrics.");
        }
        String dimension = query.one("dimensions").orElse("");
        if (!Set.of("", "video").contains(dimension)) {
            throw YoutubeError.of(400, "global", "badRequest", "The query is not supported.");
        }
        List<YoutubeVideo> videos =
                new ArrayList<>(youtube.videos(grant.channel().id()));
        query.one("filters").ifPresent(filter -> {
            if (!filter.matches("video==[\\w,-]+")) {
                throw YoutubeError.of(400, "global", "badRequest", "The query is not supported.");
            }
            List<String> wanted = List.of(filter.substring("video==".length()).split(","));
            videos.removeIf(video -> !wanted.contains(video.id()));
        });
        return Answer.json(200, table(metrics, dimension, videos, query));
    }

    private static void date(String text) {
        try {
            LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw YoutubeError.of(400, "global", "badRequest", "Invalid date " + text);
        }
    }

    private static ObjectNode table(
            List<String> metrics, String dimension, List<YoutubeVideo> videos, YoutubeQuery query) {
        ObjectNode answer = Json.object().put("kind", "youtubeAnalytics#resultTable");
        ArrayNode headers = answer.putArray("columnHeaders");
        if (!dimension.isEmpty()) {
            header(headers, dimension, "DIMENSION", "STRING");
        }
        metrics.forEach(metric -> header(headers, metric, "METRIC", "INTEGER"));
        ArrayNode rows = answer.putArray("rows");
        if (dimension.isEmpty()) {
            if (!videos.isEmpty()) {
                ArrayNode row = rows.addArray();
                metrics.forEach(metric -> row.add(sum(videos, metric)));
            }
        } else {
            int most = query.number("maxResults", 200, 1, 200);
            videos.stream().limit(most).forEach(video -> {
                ArrayNode row = rows.addArray().add(video.id());
                metrics.forEach(metric -> row.add(video.metric(metric)));
            });
        }
        return answer;
    }

    private static void header(ArrayNode headers, String name, String column, String type) {
        headers.addObject().put("name", name).put("columnType", column).put("dataType", type);
    }
}
