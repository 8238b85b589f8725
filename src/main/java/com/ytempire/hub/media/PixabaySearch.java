package com.ytempire.hub.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.media.MediaSettings.Link;
import com.ytempire.hub.media.StockRequest.Orientation;
import com.ytempire.hub.media.StockRequest.Type;
import com.ytempire.hub.spending.LinkFailure;
import com.ytempire.hub.spending.LinkFailure.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Pixabay's search of videos and photos (pixabay.com/api/docs). Its key travels in the query. */
@Component("pixabay")
class PixabaySearch implements StockProtocol {

    private static final int SMALLEST_PAGE = 3;
    private static final int LARGEST_PAGE = 200;
    /** Of the keywords as they stand in the address. */
    private static final int LONGEST_QUERY = 100;

    @Override
    public Map<String, String> parameters(StockRequest request, int page) {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("q", shortened(request.query()));
        if (request.type() == Type.PHOTO) {
            asked.put("image_type", "photo");
            if (request.orientation() == Orientation.LANDSCAPE) {
                asked.put("orientation", "horizontal");
            } else if (request.orientation() == Orientation.PORTRAIT) {
                asked.put("orientation", "vertical");
            }
        }
        asked.put("safesearch", "true");
        asked.put("per_page", String.valueOf(Math.max(SMALLEST_PAGE, Math.min(page, LARGEST_PAGE))));
        return asked;
    }

    /** The vendor refuses more than 100 characters, escapes counted; words at the end are the ones to go. */
    static String shortened(String query) {
        String rest = query;
        while (URLEncoder.encode(rest, StandardCharsets.UTF_8).length() > LONGEST_QUERY) {
            int space = rest.lastIndexOf(' ');
            int last = rest.offsetByCodePoints(rest.length(), -1);
            rest = rest.substring(0, space > 0 ? space : last).strip();
        }
        return rest;
    }

    @Override
    public Map<String, String> secrets(Link link) {
        return Map.of("key", link.key());
    }

    @Override
    public List<StockFind> read(JsonNode answer, StockRequest request) {
        JsonNode list = answer.path("hits");
        if (!list.isArray()) {
            return null;
        }
        List<StockFind> finds = new ArrayList<>();
        list.forEach(one -> {
            if (request.type() == Type.VIDEO) {
                video(one, finds);
            } else {
                finds.add(photo(one));
            }
        });
        return finds;
    }

    private static void video(JsonNode video, List<StockFind> finds) {
        List<StockFile> files = new ArrayList<>();
        video.path("videos")
                .forEach(file -> StockFile.of(file.path("url"), file.path("width"), file.path("height"))
                        .ifPresent(files::add));
        StockFile.best(files)
                .ifPresent(best -> finds.add(new StockFind(
                        video.path("id").asText(),
                        best.url(),
                        video.path("videos").path("tiny").path("thumbnail").asText(null),
                        video.path("duration").asInt(),
                        best.width(),
                        best.height(),
                        video.path("user").asText(""),
                        video.path("pageURL").asText())));
    }

    /** The full file is for approved accounts; everybody has the large one, whose longer side is 1,280 pixels. */
    private static StockFind photo(JsonNode photo) {
        int width = photo.path("imageWidth").asInt();
        int height = photo.path("imageHeight").asInt();
        boolean full = photo.path("imageURL").isTextual();
        int longSide = Math.max(1, Math.max(width, height));
        int large = Math.min(longSide, 1280);
        return new StockFind(
                photo.path("id").asText(),
                photo.path(full ? "imageURL" : "largeImageURL").asText(),
                photo.path("previewURL").asText(null),
                null,
                full ? width : width * large / longSide,
                full ? height : height * large / longSide,
                photo.path("user").asText(""),
                photo.path("pageURL").asText());
    }

    /** Refusals are plain text: a wrong key and a wrong parameter have the same status. */
    @Override
    public LinkFailure failure(int status, String body, Duration wait) {
        return status == 400 && body.toLowerCase(Locale.ROOT).contains("api key")
                ? new LinkFailure(Kind.AUTHENTICATION, "the key is not accepted", null)
                : StockFailures.failure(status, wait);
    }
}
