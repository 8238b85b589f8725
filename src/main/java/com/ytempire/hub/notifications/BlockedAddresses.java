package com.ytempire.hub.notifications;

import com.ytempire.hub.platform.Masked;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Addresses nothing is sent to but what their owner asks for in that moment. Kept as hashes. */
@Component
class BlockedAddresses {

    private final JdbcClient jdbc;
    private final Clock clock;

    BlockedAddresses(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    boolean isBlocked(String address) {
        return jdbc.sql("select exists (select from notifications.blocked_address"
                        + " where address_hash = :hash and lifted_at is null)")
                .param("hash", hash(address))
                .query(Boolean.class)
                .single();
    }

    /** @param why {@code bounced}, {@code complained} or {@code suppressed} */
    void block(String address, String why, String detail) {
        jdbc.sql("""
                        insert into notifications.blocked_address as held (address_hash, masked, why, detail, since)
                        values (:hash, :masked, :why, :detail, :now)
                        on conflict (address_hash) do update
                           set why = excluded.why, detail = excluded.detail, since = excluded.since,
                               lifted_at = null, lifted_by = null
                         where held.lifted_at is not null
                        """)
                .param("hash", hash(address))
                .param("masked", Masked.mail(address))
                .param("why", why)
                .param("detail", detail)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    /** @return false when it was not blocked */
    boolean lift(String address, String operator) {
        return jdbc.sql("update notifications.blocked_address set lifted_at = :now, lifted_by = :operator"
                                + " where address_hash = :hash and lifted_at is null")
                        .param("hash", hash(address))
                        .param("operator", operator)
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** A blocked address, masked. */
    record Blocked(String address, String why, String detail, Instant since) {}

    Page<Blocked> newest(Paging paging) {
        String blocked = " from notifications.blocked_address where lifted_at is null";
        return new Page<>(
                jdbc.sql("select masked as address, why, detail, since" + blocked
                                + " order by since desc, address_hash limit :limit offset :offset")
                        .param("limit", paging.perPage())
                        .param("offset", paging.offset())
                        .query(Blocked.class)
                        .list(),
                jdbc.sql("select count(*)" + blocked).query(Long.class).single(),
                paging);
    }

    private static byte[] hash(String address) {
        return DigestUtils.sha256(address.strip().toLowerCase(Locale.ROOT));
    }
}
