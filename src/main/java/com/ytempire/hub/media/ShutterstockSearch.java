package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.StockRequest.Orientation;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.spending.LinkFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Shutterstock's search of videos and photos (api-reference.shutterstock.com). What it shows bears a watermark. */
@Component("shutterstock")
class ShutterstockSearch implements StockProtocol {

    private static final int LARGEST_PAGE = 500;

    @Override
    public Map<String, String> parameters(StockRequest request, int page) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("query", request.query());
        if (request.type() == Type.VIDEO) {
            asked.put("duration_from", String.valueOf(request.minSeconds()));
            asked.put("duration_to", String.valueOf(request.maxSeconds()));
            asked.put("resolution", "high_definition");
        } else {
            asked.put("image_type", "photo");
            if (request.orientation() == Orientation.LANDSCAPE) {
                asked.put("orientation", "horizontal");
            } else if (request.orientation() == Orientation.PORTRAIT) {
                asked.put("orientation", "vertical");
            }
        }
        asked.put("sort", "relevance");
        asked.put("view", "full");
        asked.put("per_page", String.valueOf(Math.min(page, LARGEST_PAGE)));
        return asked;
    }

    @Override
    public Map<String, String> headers(Link link) {
        return Map.of(
                HttpHeaders.AUTHORIZATION,
                "Basic " + HttpHeaders.encodeBasicAuth(link.key(), link.secret(), StandardCharsets.UTF_8));
    }

    @Override
    public List<StockFind> read(JsonNode answer, StockRequest request) {
        JsonNode list = answer.path("data");
        if (!list.isArray()) {
            return null;
        }
        List<StockFind> finds = new ArrayList<>();
        list.forEach(one -> finds.add(request.type() == Type.VIDEO ? video(one) : photo(one)));
        finds.removeIf(find -> find.url().isEmpty());
        return finds;
    }

    private static StockFind video(JsonNode video) {
        JsonNode assets = video.path("assets");
        return new StockFind(
                video.path("id").asText(),
                assets.path("preview_mp4").path("url").asText(),
                assets.path("thumb_jpg").path("url").asText(null),
                (int) Math.round(video.path("duration").asDouble()),
                pixels(assets.path("hd").path("width")),
                pixels(assets.path("hd").path("height")),
                author(video),
                page(video, "video/clip-"));
    }

    private static StockFind photo(JsonNode photo) {
        JsonNode assets = photo.path("assets");
        return new StockFind(
                photo.path("id").asText(),
                assets.path("preview_1500")
                        .path("url")
                        .asText(assets.path("preview").path("url").asText()),
                assets.path("large_thumb").path("url").asText(null),
                null,
                pixels(assets.path("huge_jpg").path("width")),
                pixels(assets.path("huge_jpg").path("height")),
                author(photo),
                page(photo, "image-photo/"));
    }

    private static Integer pixels(JsonNode size) {
        return size.asInt() > 0 ? size.asInt() : null;
    }

    /** The search names contributors by number only. */
    private static String author(JsonNode asset) {
        return "contributor " + asset.path("contributor").path("id").asText();
    }

    /** Not every account is told the page; its address follows from the id. */
    private static String page(JsonNode asset, String path) {
        return asset.path("url")
                .asText("https://www.shutterstock.com/" + path
                        + asset.path("id").asText());
    }

    @Override
    public LinkFailure failure(int status, String body, Duration wait) {
        return StockFailures.failure(status, wait);
    }
}
