package com.ytempire.hub.youtube;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How many uploads a channel may still begin: one slot each, which comes back after a day. */
@Component
class QuotaSlots {

    private final JdbcClient jdbc;
    private final PoolSettings settings;

    QuotaSlots(JdbcClient jdbc, PoolSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /**
     * Takes one of each channel.
     *
     * @return how many of the channels had one left
     */
    int take(List<UUID> channels, Instant now) {
        return jdbc.sql("""
                        with own as (
                            select id from youtube.channel where id = any(:channels::uuid[]) order by id for update
                        )
                        update youtube.channel c
                           set slots = (select array_agg(slot order by slot)
                                          from unnest(slots || :now::timestamptz) as slot where slot > :since),
                               last_upload_at = :now
                          from own
                         where c.id = own.id and state = 'active' and (out_until is null or out_until <= :now)
                           and cardinality(slots) - width_bucket(:since::timestamptz, slots) < uploads_per_day
                        """)
                .param("channels", channels.toArray(UUID[]::new))
                .param("now", Timestamp.from(now))
                .param("since", Timestamp.from(now.minus(settings.slot())))
                .update();
    }

    /** Gives a channel's slot of that moment back. */
    void giveBack(UUID channel, Instant slot) {
        jdbc.sql("""
                        update youtube.channel
                           set slots = (select coalesce(array_agg(slot order by slot), '{}')
                                          from unnest(slots) with ordinality as n (slot, place)
                                         where place <> array_position(slots, :slot::timestamptz))
                         where id = :channel and array_position(slots, :slot::timestamptz) is not null
                        """)
                .param("channel", channel)
                .param("slot", Timestamp.from(slot))
                .update();
    }
}
