package com.ytempire.hub.youtube;

import com.ytempire.hub.accounts.AccountClosing;
import com.ytempire.hub.accounts.AccountExport;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The channels of somebody who leaves are given up, and their consents end at Google; and what an export tells of them. */
@Component
class ChannelsClosing implements AccountClosing, AccountExport {

    private final JdbcClient jdbc;
    private final YoutubeChannels channels;
    private final ChannelTokens tokens;
    private final Subscriptions subscriptions;

    ChannelsClosing(JdbcClient jdbc, YoutubeChannels channels, ChannelTokens tokens, Subscriptions subscriptions) {
        this.jdbc = jdbc;
        this.channels = channels;
        this.tokens = tokens;
        this.subscriptions = subscriptions;
    }

    @Override
    public void close(UUID userId) {
        jdbc.sql("select id from youtube.channel where user_id = :user and state <> 'removed'")
                .param("user", userId)
                .query(UUID.class)
                .list()
                .forEach(channel -> {
                    tokens.withdraw(channel);
                    channels.become(
                            channel,
                            List.of("connecting", "active", "unhealthy", "suspended", "revoked", "out"),
                            "removed",
                            "its owner has left",
                            YoutubeChannels.THE_HUB);
                    subscriptions.channelRemoved(channel, YoutubeChannels.THE_HUB);
                });
    }

    @Override
    public String section() {
        return "channels";
    }

    @Override
    public Object of(UUID userId) {
        return jdbc.sql("select youtube_id, title, state, created_at from youtube.channel where user_id = :user"
                        + " and state <> 'connecting' order by created_at")
                .param("user", userId)
                .query()
                .listOfRows();
    }
}
