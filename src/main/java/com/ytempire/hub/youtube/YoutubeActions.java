package com.ytempire.hub.youtube;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.OperatorActionSource;
import com.ytempire.hub.platform.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What an operator can do with channels and uploads from the page. */
@Component
class YoutubeActions implements OperatorActionSource {

    private static final Function<String, String> PAGE = target -> "/operations/actions#youtube";

    private final ChannelDesk channels;
    private final UploadEnd uploads;
    private final TransactionTemplate transactions;
    private final JdbcClient jdbc;

    YoutubeActions(ChannelDesk channels, UploadEnd uploads, PlatformTransactionManager transactions, JdbcClient jdbc) {
        this.channels = channels;
        this.uploads = uploads;
        this.transactions = new TransactionTemplate(transactions);
        this.jdbc = jdbc;
    }

    @Override
    public String title() {
        return "YouTube";
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "channel.off",
                        "Take this channel out",
                        "channel",
                        target -> "No upload goes to it any more until it is brought back.",
                        List.of(Field.text("reason", "Why")),
                        PAGE,
                        order -> "The channel is "
                                + channels.takeOut(id(order.target()), order.value("reason"), caller(order))
                                        .state()),
                new OperatorAction(
                        "channel.on",
                        "Bring this channel back",
                        "channel",
                        target -> "Uploads go to it again.",
                        List.of(),
                        PAGE,
                        order -> "The channel is "
                                + channels.bringBack(id(order.target()), caller(order))
                                        .state()),
                new OperatorAction(
                        "upload.retry",
                        "Try this upload again",
                        "upload",
                        target -> "It is taken up again; what YouTube has is not sent twice.",
                        List.of(),
                        PAGE,
                        order -> {
                            transactions.executeWithoutResult(status -> uploads.retry(id(order.target())));
                            return "It is queued";
                        }));
    }

    private static Caller caller(Order order) {
        return new Caller(null, order.operator(), true);
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such channel or upload");
        }
    }

    @Override
    public List<Offer> offers() {
        List<Offer> offers = new ArrayList<>(jdbc.sql("""
                                select id, coalesce(title, youtube_id, id::text) as title, state, reason from youtube.channel
                                 where state not in ('connecting', 'removed') order by state = 'active', title limit 50
                                """)
                .query((row, number) -> new Offer(
                        row.getString("id"),
                        "Channel " + row.getString("title"),
                        row.getString("state")
                                + (row.getString("reason") == null ? "" : ", " + row.getString("reason")),
                        List.of(row.getString("state").equals("active") ? "channel.off" : "channel.on")))
                .list());
        offers.addAll(jdbc.sql("""
                                select id, title, state, reason from youtube.upload
                                 where state in ('failed', 'waiting_quota') order by no desc limit 50
                                """)
                .query((row, number) -> new Offer(
                        row.getString("id"),
                        "Upload of " + row.getString("title"),
                        row.getString("state").replace('_', ' ')
                                + (row.getString("reason") == null ? "" : ", " + row.getString("reason")),
                        List.of("upload.retry")))
                .list());
        return offers;
    }
}
