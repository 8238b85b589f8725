package com.ytempire.hub.youtube;

import com.ytempire.hub.notifications.Notice;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.youtube.QuotaRules.Limit;
import com.ytempire.hub.youtube.QuotaState.BucketOf;
import com.ytempire.hub.youtube.QuotaState.Share;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tells operators that quota runs out. */
@Component
class QuotaNews {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaNews.class);

    private final QuotaDays days;
    private final QuotaSettings settings;
    private final Outbox outbox;

    QuotaNews(QuotaDays days, QuotaSettings settings, Outbox outbox) {
        this.days = days;
        this.settings = settings;
        this.outbox = outbox;
    }

    /** People are told once a day of each threshold; the outbox knows the key. */
    void taken(QuotaState before, Map<Share, Integer> units) {
        Map<BucketOf, Integer> more = new TreeMap<>();
        units.forEach((share, each) -> more.merge(new BucketOf(share.owner(), share.bucket()), each, Integer::sum));
        more.forEach((bucket, added) -> {
            Limit limit = before.rules().limit(bucket.bucket(), projectOf(bucket.owner()), before.day());
            long was = before.taken(bucket);
            for (int threshold : List.of(settings.warning(), settings.critical())) {
                long reached = (long) limit.units() * threshold;
                if (was * 100 < reached && (was + added) * 100 >= reached) {
                    tell(
                            bucket,
                            before.day(),
                            String.valueOf(threshold),
                            "%d of %d units are used or reserved".formatted(was + added, limit.units()));
                }
            }
        });
    }

    /** YouTube said so, whatever the hub has counted. */
    void spent(BucketOf bucket, LocalDate day, String text) {
        tell(bucket, day, "spent", text);
    }

    private void tell(BucketOf bucket, LocalDate day, String what, String text) {
        String subject = "YouTube quota: bucket %s of %s, %s"
                .formatted(
                        bucket.bucket(), bucket.owner(), what.equals("spent") ? "spent" : what + " percent are gone");
        LOG.warn("{}: {}", subject, text);
        outbox.tell(new Notice(
                "youtube-quota:%s:%s:%s:%s".formatted(bucket.owner(), bucket.bucket(), day, what),
                Notice.Audience.OPERATORS,
                subject,
                text + ". It comes back at " + days.nextReset() + ".",
                null));
    }

    private static String projectOf(String owner) {
        return owner.startsWith(QuotaState.PROJECT) ? owner.substring(QuotaState.PROJECT.length()) : "";
    }
}
