package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Shutterstock's search with watermarked previews, open to the client's id and secret, and its licences, open to an OAuth
 * token only. It sells the same licence as often as it is asked: not to buy twice is the customer's affair.
 */
public final class ShutterstockVendor extends StockVendor {

    static final String NAME = "shutterstock";

    private static final Set<String> BOTH =
            Set.of("query", "page", "per_page", "sort", "view", "safe", "keyword_safe_search", "license", "language");
    private static final Set<String> VIDEOS =
            Set.of("aspect_ratio", "resolution", "duration", "duration_from", "duration_to", "fps_from", "fps_to");
    private static final Set<String> PHOTOS = Set.of("orientation", "image_type", "width_from", "height_from", "color");
    private static final Set<String> VIDEO_SIZES = Set.of("web", "sd", "hd", "4k");
    private static final Set<String> PHOTO_SIZES = Set.of("small", "medium", "huge");
    private static final Duration URL_LIFE = Duration.ofHours(8);

    private final MovableClock clock;
    private final List<Licence> licences = new ArrayList<>();

    /**
     * A sale.
     *
     * @param kind video or image
     */
    public record Licence(String id, String kind, String asset, String size, String subscription, Instant at) {}

    ShutterstockVendor(MovableClock clock) {
        super(NAME);
        this.clock = clock;
    }

    /** All sales of an asset, oldest first. */
    public synchronized List<Licence> licences(String asset) {
        return licences.stream()
                .filter(licence -> licence.asset().equals(asset))
                .toList();
    }

    /** Somebody buys by hand, on the vendor's web site. */
    public synchronized Licence sell(String kind, String asset, String size) {
        Licence licence = new Licence("e" + (licences.size() + 1), kind, asset, size, "s1", clock.instant());
        licences.add(licence);
        return licence;
    }

    private static Answer error(int status, String message) {
        ObjectNode answer = Json.object().put("message", message);
        answer.putArray("errors")
                .add(Json.object().put("code", String.valueOf(status)).put("message", message));
        return Answer.json(status, answer);
    }

    @Override
    public Answer failure(Received request, int status) {
        return error(status, status == 429 ? "API rate limit exceeded" : "Internal Server Error");
    }

    @Override
    public Answer answer(Received request) {
        Optional<Answer> file = file(request);
        if (file.isPresent()) {
            return file.get();
        }
        Mood mood = begin();
        String path = request.path().substring(("/" + NAME).length());
        String login = request.header("authorization");
        boolean bearer = login != null && login.startsWith("Bearer shutterstock");
        boolean basic = login != null && login.startsWith("Basic ");
        if (mood == Mood.WRONG_KEY || !bearer && !basic) {
            return error(401, "Unauthorized");
        }
        if (mood == Mood.HTML) {
            return html();
        }
        if (mood == Mood.OVERLOADED) {
            return failure(request, 503);
        }
        if (mood == Mood.BAD_REQUEST) {
            return error(400, "Validation failed");
        }
        boolean videos = path.startsWith("/v2/videos/");
        if (request.method().equals("GET") && path.matches("/v2/(videos|images)/search")) {
            return search(Forms.parse(request.query()), videos, mood);
        }
        if (path.matches("/v2/(videos|images)/licenses(/[^/]+/downloads)?") && !bearer) {
            return error(401, "This endpoint requires an OAuth token");
        }
        if (request.method().equals("GET") && path.endsWith("/licenses")) {
            return history(Forms.parse(request.query()), videos, mood);
        }
        if (request.method().equals("POST") && path.endsWith("/licenses")) {
            return buy(request, videos, mood);
        }
        if (request.method().equals("POST") && path.endsWith("/downloads")) {
            return download(path.replaceAll(".*/licenses/([^/]+)/downloads", "$1"));
        }
        return error(404, "Not Found");
    }

    private Answer search(ObjectNode query, boolean videos, Mood mood) {
        String words = query.path("query").asText("");
        int page = number(query, "page", 1, 1, 1000);
        int size = number(query, "per_page", 20, 0, 500);
        boolean known = query.properties().stream()
                .allMatch(one -> BOTH.contains(one.getKey()) || (videos ? VIDEOS : PHOTOS).contains(one.getKey()));
        if (!known || words.isBlank() || page < 0 || size < 0) {
            return error(400, "Validation failed");
        }
        ObjectNode answer = Json.object()
                .put("page", page)
                .put("per_page", size)
                .put("total_count", stock(words))
                .put("search_id", "search-" + id(words, 0));
        if (mood == Mood.NO_LIST) {
            return Answer.json(200, answer);
        }
        int least = number(query, "duration_from", 0, 0, 100_000);
        int longest = number(query, "duration_to", 100_000, 0, 100_000);
        ArrayNode list = answer.putArray("data");
        for (int i = (page - 1) * size; i < Math.min(stock(words), page * size); i++) {
            if (!videos) {
                list.add(photo(words, i));
            } else if (seconds(i) >= least && seconds(i) <= longest) {
                list.add(video(words, i));
            }
        }
        return Answer.json(200, answer);
    }

    private ObjectNode video(String words, int position) {
        String id = String.valueOf(id(words, position));
        boolean upright = isUpright(position);
        ObjectNode video = Json.object()
                .put("id", id)
                .put("media_type", "video")
                .put("description", words)
                .put("aspect", upright ? 0.562 : 1.778)
                .put("aspect_ratio", upright ? "9:16" : "16:9")
                .put("duration", seconds(position));
        video.set("contributor", Json.object().put("id", "178456"));
        ObjectNode assets = video.putObject("assets");
        assets.set("thumb_jpg", Json.object().put("url", address("/preview/" + id + ".jpg")));
        assets.set("preview_mp4", Json.object().put("url", address("/preview/" + id + "-watermark.mp4")));
        assets.set(
                "hd",
                Json.object()
                        .put("width", upright ? 1080 : 1920)
                        .put("height", upright ? 1920 : 1080)
                        .put("format", "mpeg")
                        .put("is_licensable", true));
        return video;
    }

    private ObjectNode photo(String words, int position) {
        String id = String.valueOf(id(words, position));
        boolean upright = isUpright(position);
        ObjectNode photo = Json.object()
                .put("id", id)
                .put("media_type", "image")
                .put("description", words)
                .put("image_type", "photo");
        photo.set("contributor", Json.object().put("id", "178456"));
        ObjectNode assets = photo.putObject("assets");
        assets.set("preview", Json.object().put("url", address("/preview/" + id + "-watermark.jpg")));
        assets.set("large_thumb", Json.object().put("url", address("/preview/" + id + ".jpg")));
        assets.set("huge_jpg", Json.object().put("width", upright ? 3000 : 4500).put("height", upright ? 4500 : 3000));
        return photo;
    }

    private synchronized Answer history(ObjectNode query, boolean videos, Mood mood) {
        String kind = videos ? "video" : "image";
        if (unknown(query, Set.of(kind + "_id", "license", "page", "per_page", "sort", "username")) != null
                || number(query, "per_page", 20, 1, 200) < 0) {
            return error(400, "Validation failed");
        }
        ObjectNode answer = Json.object().put("page", 1).put("per_page", 200);
        if (mood == Mood.NO_LIST) {
            return Answer.json(200, answer);
        }
        ArrayNode list = answer.putArray("data");
        licences.stream()
                .filter(one -> one.kind().equals(kind)
                        && one.asset().equals(query.path(kind + "_id").asText(one.asset())))
                .forEach(one -> {
                    ObjectNode line = Json.object()
                            .put("id", one.id())
                            .put("download_time", one.at().toString())
                            .put("license", "footage_standard")
                            .put("subscription_id", one.subscription());
                    line.set("user", Json.object().put("username", "hub"));
                    ObjectNode held = line.putObject(kind).put("id", one.asset());
                    held.set("format", Json.object().put("size", one.size()));
                    list.add(line);
                });
        return Answer.json(200, answer);
    }

    private synchronized Answer buy(Received request, boolean videos, Mood mood) {
        String kind = videos ? "video" : "image";
        JsonNode body;
        try {
            body = Json.read(request.text());
        } catch (IllegalArgumentException e) {
            return error(400, "Malformed JSON");
        }
        JsonNode wanted = body.path(kind + "s");
        if (!wanted.isArray() || wanted.isEmpty() || body.size() != 1) {
            return error(400, "Validation failed");
        }
        Set<String> fields = Set.of(kind + "_id", "subscription_id", "size", "search_id", "format", "metadata");
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("data");
        for (JsonNode one : wanted) {
            String size = one.path("size").asText();
            boolean known = one.properties().stream().allMatch(field -> fields.contains(field.getKey()));
            if (!known
                    || !(videos ? VIDEO_SIZES : PHOTO_SIZES).contains(size)
                    || !one.path(kind + "_id").isTextual()) {
                return error(400, "Validation failed");
            }
            String asset = one.path(kind + "_id").asText();
            ObjectNode result = Json.object().put(kind + "_id", asset);
            if (mood == Mood.UNFUNDED) {
                result.put("error", "Your subscription has no downloads left");
            } else if (mood == Mood.REFUSING) {
                result.put("error", "Media unavailable");
            } else {
                sell(kind, asset, size);
                result.put("allotment_charge", 1);
                result.set("download", Json.object().put("url", file(asset, size)));
            }
            list.add(result);
        }
        return mood == Mood.SELLING_IN_SILENCE ? failure(request, 502) : Answer.json(200, answer);
    }

    /** Good for eight hours. */
    private String file(String asset, String size) {
        return address("/download/" + asset + "-" + size + "?expires=" + (clock.epochSecond() + URL_LIFE.toSeconds()));
    }

    private synchronized Answer download(String id) {
        return licences.stream()
                .filter(licence -> licence.id().equals(id))
                .findFirst()
                .map(licence -> Answer.json(200, Json.object().put("url", file(licence.asset(), licence.size()))))
                .orElseGet(() -> error(404, "Not Found"));
    }
}
