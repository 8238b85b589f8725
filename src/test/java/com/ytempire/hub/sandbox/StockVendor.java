package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the vendors of stock have in common: how much there is for a query, how they may be told to behave. */
public abstract class StockVendor implements VendorServer.Vendor {

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

    private final String name;
    private final Map<String, Integer> stock = new HashMap<>();
    private final Deque<Mood> moods = new ArrayDeque<>();
    private Mood lasting;
    private String baseUrl = "";
    private int calls;

    StockVendor(String name) {
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

    /** The next so many calls. */
    public final synchronized void next(Mood mood, int times) {
        for (int i = 0; i < times; i++) {
            moods.add(mood);
        }
    }

    /** Until {@link #recover}. */
    public final synchronized void always(Mood mood) {
        lasting = mood;
    }

    /** The vendor is well. */
    public synchronized void recover() {
        moods.clear();
        lasting = null;
    }

    /** How often it was called. */
    public final synchronized int calls() {
        return calls;
    }

    final synchronized Mood begin() {
        calls++;
        return moods.isEmpty() ? lasting : moods.poll();
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
