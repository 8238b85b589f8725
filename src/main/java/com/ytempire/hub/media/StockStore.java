package com.ytempire.hub.media;

import com.ytempire.hub.media.StockRequest.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What vendors have answered, so that they are not asked the same too soon, and answer also when they are down. */
@Component("stockStore")
class StockStore {

    private final JdbcClient jdbc;
    private final MediaSettings settings;
    private final Clock clock;
    private final Map<String, Found> copies;

    StockStore(JdbcClient jdbc, MediaSettings settings, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
        this.copies = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Found> eldest) {
                return size() > settings.copies();
            }
        });
    }

    private record Found(Instant at, List<StockItem> items) {}

    /** Replaces what the search had found before; the vendor's order is kept. */
    @Transactional
    public void keep(String key, String link, List<StockItem> items) {
        Map<String, StockItem> each = new LinkedHashMap<>();
        items.forEach(item -> each.putIfAbsent(item.id(), item));
        Timestamp now = Timestamp.from(clock.instant());
        keepAssets(each.values(), now);
        // from here on the row holds up others who keep the same search
        jdbc.sql("""
                        insert into media.search (key, link, found_at) values (:key, :link, :now)
                        on conflict (key) do update set found_at = excluded.found_at
                        """).param("key", key).param("link", link).param("now", now).update();
        jdbc.sql("delete from media.search_result where key = :key")
                .param("key", key)
                .update();
        jdbc.sql("""
                        insert into media.search_result (key, position, asset_id)
                        select :key, position, id from unnest(:ids::text[]) with ordinality as found (id, position)
                        """)
                .param("key", key)
                .param("ids", each.keySet().toArray(String[]::new))
                .update();
    }

    /** Always in the order of their ids, so that two searches that find the same wait for each other and in no circle. */
    private void keepAssets(Collection<StockItem> items, Timestamp now) {
        List<StockItem> sorted =
                items.stream().sorted(Comparator.comparing(StockItem::id)).toList();
        jdbc.sql("""
                        insert into media.asset as a (id, type, provider, vendor_id, url, thumbnail, seconds, width, height,
                                                      author, licence, page, paid, seen_at)
                        select id, type, provider, vendor_id, url, thumbnail, seconds, width, height, author, licence, page,
                               paid, :now
                          from unnest(:ids::text[], :types::text[], :providers::text[], :vendorIds::text[], :urls::text[],
                                      :thumbnails::text[], :seconds::integer[], :widths::integer[], :heights::integer[],
                                      :authors::text[], :licences::text[], :pages::text[], :paid::boolean[])
                            as found (id, type, provider, vendor_id, url, thumbnail, seconds, width, height, author,
                                      licence, page, paid)
                        on conflict (id) do update
                           set url = excluded.url, thumbnail = excluded.thumbnail, seconds = excluded.seconds,
                               width = excluded.width, height = excluded.height, author = excluded.author,
                               licence = excluded.licence, page = excluded.page, paid = excluded.paid,
                               seen_at = excluded.seen_at
                        """)
                .param("ids", texts(sorted, StockItem::id))
                .param("types", texts(sorted, item -> item.type().column()))
                .param("providers", texts(sorted, StockItem::provider))
                .param("vendorIds", texts(sorted, StockItem::vendorId))
                .param("urls", texts(sorted, StockItem::url))
                .param("thumbnails", texts(sorted, StockItem::thumbnail))
                .param("seconds", texts(sorted, StockItem::duration))
                .param("widths", texts(sorted, StockItem::width))
                .param("heights", texts(sorted, StockItem::height))
                .param("authors", texts(sorted, StockItem::author))
                .param("licences", texts(sorted, StockItem::licence))
                .param("pages", texts(sorted, StockItem::page))
                .param("paid", texts(sorted, StockItem::paid))
                .param("now", now)
                .update();
    }

    private static String[] texts(List<StockItem> items, Function<StockItem, Object> text) {
        return items.stream()
                .map(text)
                .map(value -> value == null ? null : value.toString())
                .toArray(String[]::new);
    }

    /**
     * What the search under this key found a short while ago; the vendor is not asked again. It does not change before
     * it is old, so that each node may keep a copy.
     *
     * @return empty when it was not made since then
     */
    Optional<List<StockItem>> fresh(String key) {
        Instant since = clock.instant().minus(settings.fresh());
        Found known = copies.get(key);
        if (known == null || !known.at().isAfter(since)) {
            known = read(key, since).orElse(null);
            if (known == null) {
                return Optional.empty();
            }
            copies.put(key, known);
        }
        return Optional.of(known.items());
    }

    /** What the search under this key found however long ago; empty when it was never made or is forgotten. */
    Optional<List<StockItem>> kept(String key) {
        return read(key, clock.instant().minus(settings.kept())).map(Found::items);
    }

    private Optional<Found> read(String key, Instant since) {
        Optional<Instant> at = jdbc.sql("select found_at from media.search where key = :key and found_at > :since")
                .param("key", key)
                .param("since", Timestamp.from(since))
                .query(Timestamp.class)
                .optional()
                .map(Timestamp::toInstant);
        return at.map(time -> new Found(
                time,
                jdbc.sql("""
                        select a.* from media.search_result r join media.asset a on a.id = r.asset_id
                         where r.key = :key order by r.position
                        """)
                        .param("key", key)
                        .query((row, number) -> item(row))
                        .list()));
    }

    /** A clip or photo that some search has found. */
    Optional<StockItem> asset(String id) {
        return jdbc.sql("select * from media.asset where id = :id")
                .param("id", id)
                .query((row, number) -> item(row))
                .optional();
    }

    private static StockItem item(ResultSet row) throws SQLException {
        return new StockItem(
                row.getString("id"),
                Type.valueOf(row.getString("type").toUpperCase(Locale.ROOT)),
                row.getString("provider"),
                row.getString("vendor_id"),
                row.getString("url"),
                row.getString("thumbnail"),
                row.getObject("seconds", Integer.class),
                row.getObject("width", Integer.class),
                row.getObject("height", Integer.class),
                row.getString("author"),
                row.getString("licence"),
                row.getString("page"),
                row.getBoolean("paid"));
    }

    /**
     * Forgets searches that are too old to be of use, and what only they had found.
     *
     * @return one line for the operator
     */
    @Transactional
    public String forgetOld() {
        Timestamp since = Timestamp.from(clock.instant().minus(settings.kept()));
        int searches = jdbc.sql("delete from media.search where found_at < :since")
                .param("since", since)
                .update();
        int assets = jdbc.sql("""
                        delete from media.asset a where a.seen_at < :since
                           and not exists (select 1 from media.search_result r where r.asset_id = a.id)
                           and not exists (select 1 from media.licence l where l.asset_id = a.id)
                        """).param("since", since).update();
        return searches + " searches and " + assets + " assets forgotten";
    }
}
