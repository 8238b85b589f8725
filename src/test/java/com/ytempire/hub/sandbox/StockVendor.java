package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the vendors of stock have in common: how much there is for a query, how they may be told to behave. */
public abstract class StockVendor extends MoodyVendor<StockVendor.Mood> {

    /** How the vendor may be told to behave. */
    public enum Mood {
        WRONG_KEY,
        BAD_REQUEST,
        UNFUNDED,
        REFUSING,
        HTML,
        NO_LIST,
        OVERLOADED,
        /** Sells, and answers that it is down. */
        SELLING_IN_SILENCE
    }

    private static final int USUAL = 300;
    private static final int LARGE = 3_000_000;
    private static final Pattern FILE = Pattern.compile("/(?:files|preview|download)/([^/]+)");
    private static final Pattern PHOTO = Pattern.compile("\\.jpe?g$|-(?:small|medium|huge|vector)$");
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private final String name;
    private final Map<String, Integer> stock = new HashMap<>();
    private String baseUrl = "";
    private int calls;

    StockVendor(String name) {
        super(Mood.class);
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    /** Where its own files are. */
    final void baseUrl(String url) {
        baseUrl = url;
    }

    final String address(String path) {
        return baseUrl + "/" + name + path;
    }

    /** How many clips and photos there are for a query; without a word there are plenty. */
    public final synchronized void stock(String query, int count) {
        stock.put(query, count);
    }

    final synchronized int stock(String query) {
        return stock.getOrDefault(query, USUAL);
    }

    /** How often it was called. */
    public final synchronized int calls() {
        return calls;
    }

    /**
     * The files themselves, which need no key: clips of eight seconds and a photo. Some names stand for what a vendor's
     * files may do as well.
     *
     * @return empty for what is no file
     */
    final Optional<Answer> file(Received request) {
        Matcher file = FILE.matcher(request.path().substring(name.length() + 1));
        if (!request.method().equals("GET") || !file.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (file.group(1)) {
                    case "moved.mp4" -> Answer.empty(302).with("Location", "1.mp4");
                    case "circle.mp4" -> Answer.empty(302).with("Location", address("/files/circle.mp4"));
                    case "astray.mp4" -> Answer.empty(302).with("Location", "http://169.254.169.254/latest/meta-data/");
                    case "page.mp4" -> html();
                    case "playlist.mp4" ->
                        Answer.of(
                                200, "video/mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n");
                    case "broken.mp4" -> film(Arrays.copyOf(resource("stock-wide-0.mp4"), 4000));
                    case "gone.mp4" -> Answer.empty(404);
                    case "large.mp4" -> film(new byte[LARGE]);
                    default -> usual(file.group(1));
                });
    }

    private static Answer usual(String file) {
        if (file.endsWith(".m3u8")) {
            return Answer.empty(404);
        }
        if (PHOTO.matcher(file).find()) {
            return new Answer(200, Map.of("Content-Type", "image/jpeg"), resource("stock.jpg"));
        }
        Matcher digits = DIGITS.matcher(file);
        int position = digits.find() ? (int) (Long.parseLong(digits.group()) % 1000) : 0;
        return film(resource(
                isUpright(position)
                        ? "stock-upright-" + position / 4 % 2 + ".mp4"
                        : "stock-wide-" + position % 3 + ".mp4"));
    }

    private static Answer film(byte[] bytes) {
        return new Answer(200, Map.of("Content-Type", "video/mp4"), bytes);
    }

    private static byte[] resource(String name) {
        try (InputStream in = StockVendor.class.getResourceAsStream("/sandbox/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final synchronized Mood begin() {
        calls++;
        return moods.take();
    }

    static Answer html() {
        return Answer.of(200, "text/html", "<html><body><h1>We will be back soon</h1></body></html>");
    }

    /** @return null when all parameters are known */
    static String unknown(ObjectNode query, Set<String> known) {
        for (Iterator<String> names = query.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                return name;
            }
        }
        return null;
    }

    /** @return -1 for what is no number in this range */
    static int number(ObjectNode query, String name, int otherwise, int least, int most) {
        String given = query.path(name).asText(String.valueOf(otherwise));
        if (!given.matches("\\d{1,6}")) {
            return -1;
        }
        int number = Integer.parseInt(given);
        return number < least || number > most ? -1 : number;
    }

    /** Ids of a query's results: the same query finds the same. */
    static long id(String query, int position) {
        return 1_000_000L + Math.floorMod(query.toLowerCase(Locale.ROOT).hashCode(), 9_000_000) * 1000L + position;
    }

    /** Seconds of the clip at this place, from 3 to 92: some are too short or too long for what is usual. */
    static int seconds(int position) {
        return 3 + position * 7 % 90;
    }

    /** Whether the result at this place stands upright, as every fourth does. */
    static boolean isUpright(int position) {
        return position % 4 == 3;
    }
}
