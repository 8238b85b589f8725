package com.ytempire.hub.platform;

import com.ytempire.hub.platform.Trouble.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Seals with the first of the hub's keys what another one sealed. Keys change with a start only, so every start does it;
 * when all nodes have been started with the new key, the old one is needed no more.
 */
@Component
class Resealing implements AlertSource {

    private static final Logger LOG = LoggerFactory.getLogger(Resealing.class);
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final JdbcClient jdbc;
    private final Vault vault;
    private final List<SealedColumn> columns;
    private volatile int unreadable;

    Resealing(JdbcClient jdbc, Vault vault, List<SealedColumn> columns) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.columns = columns;
    }

    private record Sealed(String row, String of, String text) {}

    /** @param unreadable texts that none of the given keys opens; they stay as they are */
    record Result(int sealed, int unreadable) {}

    @EventListener(ApplicationReadyEvent.class)
    Result apply() {
        int sealed = 0;
        TreeMap<String, Integer> closed = new TreeMap<>();
        for (SealedColumn column : columns) {
            for (Sealed other : ofOtherKeys(column)) {
                try {
                    sealed += sealAgain(column, other);
                } catch (Vault.Unreadable e) {
                    closed.merge(column.table() + "." + column.column(), 1, Integer::sum);
                }
            }
        }
        unreadable = closed.values().stream().mapToInt(Integer::intValue).sum();
        if (sealed > 0) {
            LOG.info("{} texts were sealed anew under the first HUB_ENCRYPTION_KEY", sealed);
        }
        if (unreadable > 0) {
            LOG.error("No HUB_ENCRYPTION_KEY given opens {}; put the missing one behind the others", closed);
        }
        return new Result(sealed, unreadable);
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

    /** A row that changed meanwhile has been sealed by whoever changed it, or is found at the next start. */
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
        return unreadable == 0
                ? List.of()
                : List.of(Trouble.of(
                        "unreadable_secrets",
                        "hub",
                        "",
                        Level.CRITICAL,
                        unreadable + " secrets in the database are sealed under a HUB_ENCRYPTION_KEY that is not given",
                        "/operations/alerts",
                        QUIET));
    }
}
