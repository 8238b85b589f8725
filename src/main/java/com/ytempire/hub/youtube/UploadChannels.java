package com.ytempire.hub.youtube;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whether somebody's videos can be brought to YouTube, for those who are about to make one. */
@Component
public class UploadChannels {

    private final JdbcClient jdbc;
    private final PoolSettings settings;

    UploadChannels(JdbcClient jdbc, PoolSettings settings) {
        this.jdbc = jdbc;
        this.settings = settings;
    }

    /**
     * Whether there is a channel that is not given up, whatever its state is now.
     *
     * @param owner null: the fleet
     */
    public boolean hasAny(UUID owner) {
        return exists(owner, null) || owner != null && settings.fleetForUsers() && exists(null, null);
    }

    /** Whether that channel is the owner's, or the fleet's for nobody, and not given up. */
    public boolean has(UUID owner, UUID channel) {
        return exists(owner, channel);
    }

    /** Whether that channel is none of the hub's any more; one that is being connected is. */
    boolean isGivenUp(UUID channel) {
        return !jdbc.sql("select exists (select 1 from youtube.channel where id = :channel and state <> 'removed')")
                .param("channel", channel)
                .query(Boolean.class)
                .single();
    }

    private boolean exists(UUID owner, UUID channel) {
        return jdbc.sql("""
                        select exists (select 1 from youtube.channel
                                        where user_id is not distinct from :owner::uuid and state <> 'removed'
                                          and (:channel::uuid is null or id = :channel::uuid))
                        """)
                .param("owner", owner)
                .param("channel", channel)
                .query(Boolean.class)
                .single();
    }
}
