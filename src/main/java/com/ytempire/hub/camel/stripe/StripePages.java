package com.ytempire.hub.camel.stripe;

import com.stripe.exception.StripeException;
import com.stripe.model.HasId;
import com.stripe.model.StripeCollectionInterface;
import com.stripe.model.StripeObject;
import com.stripe.model.StripeSearchResultInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The objects of all pages of a list or search; the next page is read when its first object is asked for.
 *
 * <p>A list with {@code ending_before} runs backwards, from the oldest to the newest: the time order in which events
 * are to be taken. (The library's own paging knows only the other direction.)
 */
final class StripePages implements Iterable<StripeObject> {

    /** Reads the page the parameters lead to. */
    interface PageReader {
        StripeObject read(Map<String, Object> parameters) throws StripeException;
    }

    private static final String AFTER = "starting_after";
    private static final String BEFORE = "ending_before";

    private final PageReader reader;
    private final Map<String, Object> parameters;
    private final long maxResults;
    private final StripeObject firstPage;

    /** Reads the first page at once, so that a refused request fails where it is made. */
    StripePages(PageReader reader, Map<String, Object> parameters, long maxResults) throws StripeException {
        this.reader = reader;
        this.parameters = new HashMap<>(parameters);
        this.parameters.putIfAbsent("limit", maxResults > 0 ? Math.min(maxResults, 100) : 100);
        this.maxResults = maxResults;
        this.firstPage = reader.read(this.parameters);
    }

    StripeObject firstPage() {
        return firstPage;
    }

    /**
     * Begins with the first page as it was read. Reading on may fail with the exceptions of any call ({@link
     * StripeException}), thrown as they are so that routes see the same failures as elsewhere.
     */
    @Override
    public Iterator<StripeObject> iterator() {
        return new Pages();
    }

    private final class Pages implements Iterator<StripeObject> {

        private long given;
        private Map<String, Object> next;
        private Iterator<StripeObject> objects;

        Pages() {
            open(firstPage);
        }

        private void open(StripeObject page) {
            List<StripeObject> data = data(page);
            next = nextParameters(page, data);
            if (isBackwards()) {
                Collections.reverse(data);
            }
            objects = data.iterator();
        }

        @Override
        public boolean hasNext() {
            if (maxResults > 0 && given >= maxResults) {
                return false;
            }
            while (!objects.hasNext() && next != null) {
                try {
                    open(reader.read(next));
                } catch (StripeException e) {
                    throw StripePages.<RuntimeException>unchanged(e);
                }
            }
            return objects.hasNext();
        }

        @Override
        public StripeObject next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            given++;
            return objects.next();
        }
    }

    private boolean isBackwards() {
        return parameters.containsKey(BEFORE);
    }

    private static List<StripeObject> data(StripeObject page) {
        List<?> data = page instanceof StripeSearchResultInterface<?> result
                ? result.getData()
                : ((StripeCollectionInterface<?>) page).getData();
        List<StripeObject> objects = new ArrayList<>();
        data.forEach(object -> objects.add((StripeObject) object));
        return objects;
    }

    /** Null after the last page. */
    private Map<String, Object> nextParameters(StripeObject page, List<StripeObject> data) {
        Map<String, Object> following = new HashMap<>(parameters);
        if (page instanceof StripeSearchResultInterface<?> result) {
            following.put("page", result.getNextPage());
            return Boolean.TRUE.equals(result.getHasMore()) && result.getNextPage() != null ? following : null;
        }
        if (data.isEmpty() || !Boolean.TRUE.equals(((StripeCollectionInterface<?>) page).getHasMore())) {
            return null;
        }
        StripeObject edge = data.get(isBackwards() ? 0 : data.size() - 1);
        following.put(isBackwards() ? BEFORE : AFTER, ((HasId) edge).getId());
        return following;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E unchanged(Exception failure) throws E {
        throw (E) failure;
    }
}
