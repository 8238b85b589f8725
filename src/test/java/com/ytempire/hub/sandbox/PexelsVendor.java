package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Pexels' search of videos and photos: the key alone in the header, pages of at most 80, 200 requests an hour. */
public final class PexelsVendor extends StockVendor {

    static final String NAME = "pexels";

    private static final Set<String> PARAMETERS =
            Set.of("query", "orientation", "size", "color", "locale", "page", "per_page");
    private static final Set<String> ORIENTATIONS = Set.of("", "landscape", "portrait", "square");
    private static final int AN_HOUR = 200;

    private final MovableClock clock;
    private final Allowance allowance;

    PexelsVendor(MovableClock clock) {
        super(NAME);
        this.clock = clock;
        this.allowance = new Allowance(clock, AN_HOUR, Duration.ofHours(1));
    }

    @Override
    public Answer failure(Received request, int status) {
        return status == 429
                ? Answer.json(429, Json.object().put("status", 429).put("code", "Too Many Requests"))
                : Answer.json(status, Json.object().put("status", status).put("code", "Internal Server Error"));
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
        String path = request.path().substring(("/" + NAME).length());
        String key = request.header("authorization");
        if (mood == Mood.WRONG_KEY || key == null || key.contains(" ") || !key.startsWith("pexels")) {
            return Answer.json(401, Json.object().put("status", 401).put("code", "Unauthorized"));
        }
        if (mood == Mood.HTML) {
            return html();
        }
        if (mood == Mood.OVERLOADED) {
            return failure(request, 503);
        }
        boolean videos = path.equals("/videos/search") || path.equals("/v1/videos/search");
        if (!request.method().equals("GET") || !videos && !path.equals("/v1/search")) {
            return Answer.json(404, Json.object().put("status", 404).put("code", "Not Found"));
        }
        int left = allowance.take();
        if (left < 0) {
            return failure(request, 429);
        }
        return search(Forms.parse(request.query()), videos, mood)
                .with("X-Ratelimit-Limit", String.valueOf(AN_HOUR))
                .with("X-Ratelimit-Remaining", String.valueOf(left))
                .with("X-Ratelimit-Reset", String.valueOf(clock.epochSecond() + 3600));
    }

    private Answer search(ObjectNode query, boolean videos, Mood mood) {
        String words = query.path("query").asText("");
        int page = number(query, "page", 1, 1, 1000);
        int size = number(query, "per_page", 15, 1, 80);
        boolean wrong = mood == Mood.BAD_REQUEST
                || words.isBlank()
                || unknown(query, PARAMETERS) != null
                || !ORIENTATIONS.contains(query.path("orientation").asText(""))
                || page < 0
                || size < 0;
        if (wrong) {
            return Answer.json(400, Json.object().put("status", 400).put("code", "Bad Request"));
        }
        ObjectNode answer = Json.object()
                .put("page", page)
                .put("per_page", size)
                .put("total_results", stock(words))
                .put("url", "https://www.pexels.com/search/");
        if (mood == Mood.NO_LIST) {
            return Answer.json(200, answer);
        }
        ArrayNode list = answer.putArray(videos ? "videos" : "photos");
        for (int i = (page - 1) * size; i < Math.min(stock(words), page * size); i++) {
            if (query.path("orientation").asText("").equals("portrait") && !isUpright(i)) {
                continue;
            }
            list.add(videos ? video(words, i) : photo(words, i));
        }
        return Answer.json(200, answer);
    }

    private ObjectNode video(String words, int position) {
        long id = id(words, position);
        boolean upright = isUpright(position);
        ObjectNode video = Json.object()
                .put("id", id)
                .put("width", upright ? 2160 : 3840)
                .put("height", upright ? 3840 : 2160)
                .put("duration", seconds(position))
                .put("url", "https://www.pexels.com/video/" + id + "/")
                .put("image", address("/files/" + id + ".jpeg"));
        video.set(
                "user", Json.object().put("id", 7).put("name", "Ada Author").put("url", "https://www.pexels.com/@ada"));
        ArrayNode files = video.putArray("video_files");
        files.add(file(id, "hls", null, null));
        files.add(file(id, "hd", upright ? 2160 : 3840, upright ? 3840 : 2160));
        files.add(file(id, "sd", upright ? 540 : 960, upright ? 960 : 540));
        files.add(file(id, "hd", upright ? 1080 : 1920, upright ? 1920 : 1080));
        video.putArray("video_pictures");
        return video;
    }

    private ObjectNode file(long id, String quality, Integer width, Integer height) {
        boolean stream = width == null;
        return Json.object()
                .put("id", id)
                .put("quality", quality)
                .put("file_type", stream ? "application/x-mpegURL" : "video/mp4")
                .put("width", width)
                .put("height", height)
                .put("fps", 29.97)
                .put("link", address("/files/" + id + (stream ? ".m3u8" : "-" + width + ".mp4")));
    }

    private ObjectNode photo(String words, int position) {
        long id = id(words, position);
        boolean upright = isUpright(position);
        ObjectNode photo = Json.object()
                .put("id", id)
                .put("width", upright ? 3000 : 4500)
                .put("height", upright ? 4500 : 3000)
                .put("url", "https://www.pexels.com/photo/" + id + "/")
                .put("photographer", "Ada Author")
                .put("photographer_url", "https://www.pexels.com/@ada")
                .put("photographer_id", 7)
                .put("avg_color", "#336699")
                .put("liked", false)
                .put("alt", words);
        photo.set(
                "src",
                Json.object()
                        .put("original", address("/files/" + id + ".jpeg"))
                        .put("medium", address("/files/" + id + "-medium.jpeg")));
        return photo;
    }
}
