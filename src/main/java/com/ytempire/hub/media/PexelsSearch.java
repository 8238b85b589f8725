package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.spending.LinkFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Pexels' search of videos and photos (www.pexels.com/api/documentation). */
@Component("pexels")
class PexelsSearch implements StockProtocol {

    private static final int LARGEST_PAGE = 80;

    @Override
    public Map<String, String> parameters(StockRequest request, int page) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("query", request.query());
        if (request.orientation() != null) {
            asked.put("orientation", request.orientation().column());
        }
        asked.put("per_page", String.valueOf(Math.min(page, LARGEST_PAGE)));
        return asked;
    }

    /** The key stands alone, without the word Bearer. */
    @Override
    public Map<String, String> headers(Link link) {
        return Map.of(HttpHeaders.AUTHORIZATION, link.key());
    }

    @Override
    public List<StockFind> read(JsonNode answer, StockRequest request) {
        boolean videos = request.type() == Type.VIDEO;
        JsonNode list = answer.path(videos ? "videos" : "photos");
        if (!list.isArray()) {
            return null;
        }
        List<StockFind> finds = new ArrayList<>();
        list.forEach(one -> {
            if (videos) {
                video(one, finds);
            } else {
                finds.add(photo(one));
            }
        });
        return finds;
    }

    private static void video(JsonNode video, List<StockFind> finds) {
        List<StockFile> files = new ArrayList<>();
        video.path("video_files").forEach(file -> {
            if (file.path("file_type").asText().equals("video/mp4")) {
                StockFile.of(file.path("link"), file.path("width"), file.path("height"))
                        .ifPresent(files::add);
            }
        });
        StockFile.best(files)
                .ifPresent(best -> finds.add(new StockFind(
                        video.path("id").asText(),
                        best.url(),
                        video.path("image").asText(null),
                        video.path("duration").asInt(),
                        best.width(),
                        best.height(),
                        video.path("user").path("name").asText(""),
                        video.path("url").asText())));
    }

    private static StockFind photo(JsonNode photo) {
        return new StockFind(
                photo.path("id").asText(),
                photo.path("src").path("original").asText(),
                photo.path("src").path("medium").asText(null),
                null,
                photo.path("width").asInt(),
                photo.path("height").asInt(),
                photo.path("photographer").asText(""),
                photo.path("url").asText());
    }

    @Override
    public LinkFailure failure(int status, String body, Duration wait) {
        return StockFailures.failure(status, wait);
    }

    @Override
    public Reset reset() {
        return Reset.AT;
    }
}
