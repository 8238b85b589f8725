package com.ytempire.hub.platform;

import com.ytempire.hub.platform.Trouble.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Seals with the first of the hub's keys what another one sealed. Keys change with a start only, so every start does it;
 * when all nodes have been started with the new key, the old one is needed no more. What could not be sealed, because the
 * database was away or the row changed meanwhile, is tried again each minute, and told as long as it lasts.
 */
@Component
class Resealing implements AlertSource {

    private static final Logger LOG = LoggerFactory.getLogger(Resealing.class);
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final JdbcClient jdbc;
    private final Vault vault;
    private final List<SealedColumn> columns;
    private volatile int unreadable;
    private volatile boolean unfinished;

    Resealing(JdbcClient jdbc, Vault vault, List<SealedColumn> columns) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.columns = columns;
    }

    private record Sealed(String row, String of, String text) {}

    /**
     * @param unreadable texts that none of the given keys opens; they stay as they are
     * @param finished whether all others are under the first key now
     */
    record Result(int sealed, int unreadable, boolean finished) {}

    @EventListener(ApplicationReadyEvent.class)
    void afterTheStart() {
        apply();
    }

    @Scheduled(fixedDelay = 60_000)
    void again() {
        if (unfinished) {
            apply();
        }
    }

    Result apply() {
        int sealed = 0;
        int left = 0;
        boolean failed = false;
        TreeMap<String, Integer> closed = new TreeMap<>();
        for (SealedColumn column : columns) {
            String name = column.table() + "." + column.column();
            try {
                List<Sealed> others = ofOtherKeys(column);
                for (Sealed other : others) {
                    try {
                        sealed += sealAgain(column, other);
                    } catch (Vault.Unreadable e) {
                        closed.merge(name, 1, Integer::sum);
                    }
                }
                if (!others.isEmpty()) {
                    left += Math.max(0, ofOtherKeys(column).size() - closed.getOrDefault(name, 0));
                }
            } catch (DataAccessException e) {
                // a node that has just come up goes on without it
                LOG.warn("{} was not sealed anew: {}", name, e.getClass().getSimpleName());
                failed = true;
            }
        }
        unreadable = closed.values().stream().mapToInt(Integer::intValue).sum();
        unfinished = failed || left > 0;
        if (sealed > 0) {
            LOG.info("{} texts were sealed anew under the first HUB_ENCRYPTION_KEY", sealed);
        }
        if (left > 0) {
            LOG.warn("{} texts are still to be sealed anew; leave the old HUB_ENCRYPTION_KEY where it is", left);
        }
        if (unreadable > 0) {
            LOG.error("No HUB_ENCRYPTION_KEY given opens {}; put the missing one behind the others", closed);
        }
        return new Result(sealed, unreadable, !unfinished);
    }

    private List<Sealed> ofOtherKeys(SealedColumn column) {
        return jdbc.sql(
                        "select ctid::text as row, %s as of, %s as text from %s where %s ~ :sealed and not starts_with(%s, :now)"
                                .formatted(
                                        column.of(), column.column(), column.table(), column.column(), column.column()))
                .param("sealed", Vault.SEALED)
                .param("now", vault.sealedNow())
                .query(Sealed.class)
                .list();
    }

    /** A row that changed meanwhile has been sealed by whoever changed it, or is found at the next look. */
    private int sealAgain(SealedColumn column, Sealed old) {
        String context = column.context().apply(old.of());
        return jdbc.sql("update %s set %s = :sealed where ctid = :row::tid and %s = :old"
                        .formatted(column.table(), column.column(), column.column()))
                .param("sealed", vault.seal(context, vault.open(context, old.text())))
                .param("row", old.row())
                .param("old", old.text())
                .update();
    }

    @Override
    public List<Trouble> troubles(Instant now) {
        List<Trouble> troubles = new ArrayList<>();
        if (unreadable > 0) {
            troubles.add(trouble(
                    "unreadable_secrets",
                    Level.CRITICAL,
                    unreadable + " secrets in the database are sealed under a HUB_ENCRYPTION_KEY that is not given"));
        }
        if (unfinished) {
            troubles.add(trouble(
                    "resealing_unfinished",
                    Level.WARNING,
                    "Secrets in the database are still sealed under an old HUB_ENCRYPTION_KEY; leave it where it is"));
        }
        return troubles;
    }

    private static Trouble trouble(String kind, Level level, String message) {
        return Trouble.of(kind, "hub", "", level, message, "/operations/alerts", QUIET);
    }
}
