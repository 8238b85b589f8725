package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Pixabay's search of videos and photos: the key in the query, refusals as plain text, 100 requests a minute. */
public final class PixabayVendor extends StockVendor {

    static final String NAME = "pixabay";

    private static final Set<String> BOTH = Set.of(
            "key",
            "q",
            "lang",
            "id",
            "category",
            "min_width",
            "min_height",
            "editors_choice",
            "safesearch",
            "order",
            "page",
            "per_page",
            "callback",
            "pretty");
    private static final Set<String> ORIENTATIONS = Set.of("", "all", "horizontal", "vertical");
    private static final int A_MINUTE = 100;

    private final Allowance allowance;

    PixabayVendor(MovableClock clock) {
        super(NAME);
        this.allowance = new Allowance(clock, A_MINUTE, Duration.ofMinutes(1));
    }

    private static Answer refusal(int status, String text) {
        return Answer.text(status, "[ERROR " + status + "] " + text);
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? refusal(429, "API rate limit exceeded")
                        .with("X-RateLimit-Limit", String.valueOf(A_MINUTE))
                        .with("X-RateLimit-Remaining", "0")
                        .with("X-RateLimit-Reset", "1")
                : refusal(status, "Internal error");
    }

    @Override
    public synchronized void recover() {
        super.recover();
        allowance.clear();
    }

    @Override
    public Answer answer(Received request) {
        Optional<Answer> file = file(request);
        if (file.isPresent()) {
            return file.get();
        }
        Mood mood = begin();
        ObjectNode query = Forms.parse(request.query());
        if (mood == Mood.WRONG_KEY || !query.path("key").asText("").startsWith("pixabay")) {
            return refusal(400, "Invalid API key. Note: This value is case-sensitive.");
        }
        if (mood == Mood.HTML) {
            return html();
        }
        if (mood == Mood.OVERLOADED) {
            return failure(request, 503);
        }
        String path = request.path().substring(("/" + NAME).length());
        boolean videos = path.equals("/api/videos/");
        if (!request.method().equals("GET") || !videos && !path.equals("/api/")) {
            return refusal(404, "Not found");
        }
        int left = allowance.take();
        if (left < 0) {
            return failure(request, 429);
        }
        return search(query, videos, mood)
                .with("X-RateLimit-Limit", String.valueOf(A_MINUTE))
                .with("X-RateLimit-Remaining", String.valueOf(left))
                .with("X-RateLimit-Reset", "60");
    }

    private Answer search(ObjectNode query, boolean videos, Mood mood) {
        Set<String> known = new HashSet<>(BOTH);
        known.addAll(videos ? Set.of("video_type") : Set.of("image_type", "orientation", "colors"));
        String unknown = unknown(query, known);
        if (unknown != null || mood == Mood.BAD_REQUEST) {
            return refusal(400, "\"" + (unknown == null ? "q" : unknown) + "\" is not a valid parameter.");
        }
        String words = query.path("q").asText("");
        if (URLEncoder.encode(words, StandardCharsets.UTF_8).length() > 100) {
            return refusal(400, "\"q\" exceeds 100 characters.");
        }
        int page = number(query, "page", 1, 1, 500);
        int size = number(query, "per_page", 20, 3, 200);
        if (page < 0 || size < 0) {
            return refusal(400, "\"per_page\" is out of valid range.");
        }
        if (!ORIENTATIONS.contains(query.path("orientation").asText(""))) {
            return refusal(400, "\"orientation\" is not valid.");
        }
        ObjectNode answer = Json.object().put("total", stock(words)).put("totalHits", Math.min(500, stock(words)));
        if (mood == Mood.NO_LIST) {
            return Answer.json(200, answer);
        }
        ArrayNode list = answer.putArray("hits");
        for (int i = (page - 1) * size; i < Math.min(stock(words), page * size); i++) {
            list.add(videos ? video(words, i) : photo(words, i));
        }
        return Answer.json(200, answer);
    }

    private ObjectNode video(String words, int position) {
        long id = id(words, position);
        boolean upright = isUpright(position);
        ObjectNode video = Json.object()
                .put("id", id)
                .put("pageURL", "https://pixabay.com/videos/id-" + id + "/")
                .put("type", "film")
                .put("tags", words)
                .put("duration", seconds(position))
                .put("user_id", 9)
                .put("user", "Pia Pixel");
        ObjectNode files = video.putObject("videos");
        files.set("large", file(id, "large", 0, 0));
        files.set("medium", file(id, "medium", upright ? 1080 : 1920, upright ? 1920 : 1080));
        files.set("small", file(id, "small", upright ? 720 : 1280, upright ? 1280 : 720));
        files.set("tiny", file(id, "tiny", upright ? 360 : 640, upright ? 640 : 360));
        return video;
    }

    /** A size that is not to be had is listed all the same, without an address. */
    private ObjectNode file(long id, String size, int width, int height) {
        return Json.object()
                .put("url", width == 0 ? "" : address("/files/" + id + "_" + size + ".mp4"))
                .put("width", width)
                .put("height", height)
                .put("size", width * 1000)
                .put("thumbnail", width == 0 ? "" : address("/files/" + id + "_" + size + ".jpg"));
    }

    private ObjectNode photo(String words, int position) {
        long id = id(words, position);
        boolean upright = isUpright(position);
        return Json.object()
                .put("id", id)
                .put("pageURL", "https://pixabay.com/photos/id-" + id + "/")
                .put("type", "photo")
                .put("tags", words)
                .put("previewURL", address("/files/" + id + "_150.jpg"))
                .put("webformatURL", address("/files/" + id + "_640.jpg"))
                .put("largeImageURL", address("/files/" + id + "_1280.jpg"))
                .put("imageWidth", upright ? 3000 : 4500)
                .put("imageHeight", upright ? 4500 : 3000)
                .put("user_id", 9)
                .put("user", "Pia Pixel");
    }
}
