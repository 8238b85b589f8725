package com.ytempire.hub.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What each vendor has received: the last {@value #KEPT} requests, and how many there were in all. */
public final class Sent {

    private static final int KEPT = 10_000;

    private final Deque<SentRequest> requests = new ArrayDeque<>();
    private final Map<String, Long> counts = new HashMap<>();

    synchronized void add(SentRequest request) {
        if (requests.size() == KEPT) {
            requests.removeFirst();
        }
        requests.addLast(request);
        counts.merge(request.vendor(), 1L, Long::sum);
        counts.merge(request.vendor() + " " + request.method(), 1L, Long::sum);
        counts.merge(request.vendor() + " " + request.method() + " " + request.status(), 1L, Long::sum);
    }

    /** Kept requests of all vendors, oldest first. */
    public synchronized List<SentRequest> all() {
        return List.copyOf(requests);
    }

    /** Kept requests of one vendor, oldest first. */
    public List<SentRequest> to(String vendor) {
        return all().stream().filter(request -> request.vendor().equals(vendor)).toList();
    }

    /** How many requests a vendor has received since the start or the last {@link #clear}. */
    public synchronized long count(String vendor) {
        return counts.getOrDefault(vendor, 0L);
    }

    /** The same of one method. */
    public long count(String vendor, String method) {
        return count(vendor + " " + method);
    }

    /** The same that was answered with a status; 0 for those without an answer. */
    public long count(String vendor, String method, int status) {
        return count(vendor + " " + method + " " + status);
    }

    public synchronized void clear() {
        requests.clear();
        counts.clear();
    }
}
