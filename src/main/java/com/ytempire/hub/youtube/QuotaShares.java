package com.ytempire.hub.youtube;

import static com.ytempire.hub.platform.SqlColumns.texts;

import com.ytempire.hub.youtube.QuotaState.Part;
import com.ytempire.hub.youtube.QuotaState.Share;
import java.sql.Date;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What has been taken of each share of a bucket's day. A share is one row, and it is taken from by one statement that
 * looks at its size; rows are locked in the order of {@link Share}.
 */
@Component
class QuotaShares {

    private final JdbcClient jdbc;
    private final QuotaNews news;

    QuotaShares(JdbcClient jdbc, QuotaNews news) {
        this.jdbc = jdbc;
        this.news = news;
    }

    /** Reserves of all the shares, unless one would be exceeded: then nothing was changed. */
    boolean reserve(QuotaState state, List<Part> parts) {
        return take(state, parts, false);
    }

    /** The same for calls that are made at once. */
    boolean use(QuotaState state, List<Part> parts) {
        return take(state, parts, true);
    }

    private boolean take(QuotaState state, List<Part> parts, boolean used) {
        Map<Share, Integer> units = units(parts);
        Map<Share, Integer> most = new HashMap<>();
        parts.forEach(part -> most.put(part.share(), part.most()));
        List<Share> shares = List.copyOf(units.keySet());
        List<Share> taken = jdbc.sql("""
                        insert into youtube.quota_use (owner, bucket, day, use, used, reserved, most)
                        select owner, bucket, :day, use, case when :used then units else 0 end,
                               case when :used then 0 else units end, most
                          from unnest(:owners::text[], :buckets::text[], :uses::text[], :units::integer[],
                                      :most::integer[]) with ordinality as n (owner, bucket, use, units, most, place)
                         where units <= most
                         order by place
                        on conflict (day, owner, bucket, use) do update
                           set used = quota_use.used + excluded.used,
                               reserved = quota_use.reserved + excluded.reserved, most = excluded.most
                         where quota_use.used + quota_use.reserved + excluded.used + excluded.reserved
                               <= excluded.most
                        returning owner, bucket, use
                        """)
                .param("day", Date.valueOf(state.day()))
                .param("used", used)
                .param("owners", texts(shares, Share::owner))
                .param("buckets", texts(shares, Share::bucket))
                .param("uses", texts(shares, Share::use))
                .param("units", texts(shares, units::get))
                .param("most", texts(shares, most::get))
                .query(Share.class)
                .list();
        if (taken.size() < shares.size()) {
            units.keySet().retainAll(taken);
            putBack(state.day(), units, used);
            return false;
        }
        news.taken(state, units);
        return true;
    }

    /** Gives back what was just reserved. */
    void putBack(LocalDate day, List<Part> parts) {
        putBack(day, units(parts), false);
    }

    private void putBack(LocalDate day, Map<Share, Integer> units, boolean used) {
        units.forEach((share, each) -> add(day, share, used ? 0 : -each, used ? -each : 0));
    }

    /** Adds units to a share's counts, whatever its size; less than zero takes away. */
    void add(LocalDate day, Share share, int reserved, int used) {
        jdbc.sql("""
                        update youtube.quota_use set reserved = reserved + :reserved, used = used + :used
                         where day = :day and owner = :owner and bucket = :bucket and use = :use
                        """)
                .param("reserved", reserved)
                .param("used", used)
                .param("day", Date.valueOf(day))
                .param("owner", share.owner())
                .param("bucket", share.bucket())
                .param("use", share.use())
                .update();
    }

    private static Map<Share, Integer> units(List<Part> parts) {
        Map<Share, Integer> units = new TreeMap<>();
        parts.forEach(part -> units.merge(part.share(), part.units(), Integer::sum));
        return units;
    }
}
