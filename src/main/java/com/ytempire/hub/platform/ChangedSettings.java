package com.ytempire.hub.platform;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What operators have changed of the hub's settings. Answers come from memory, which is a second old at most: a change
 * holds on every node within that time. All former values stay known, with mail addresses masked as in the audit log:
 * whose address it was once is nobody's business any more.
 *
 * <p>Safe for concurrent use.
 */
@Component
public class ChangedSettings {

    private static final Logger LOG = LoggerFactory.getLogger(ChangedSettings.class);
    private static final int LONGEST = 500;
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final ObjectProvider<ChangeableSource> sources;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Vault vault;
    private final Clock clock;
    private volatile Snapshot snapshot;

    ChangedSettings(
            ObjectProvider<ChangeableSource> sources,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Vault vault,
            Clock clock) {
        this.sources = sources;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.vault = vault;
        this.clock = clock;
    }

    private record Row(String value, String by, Instant at) {}

    private record Snapshot(Map<String, Row> rows, long taken) {}

    /** What an operator set; empty when the hub's own settings hold. */
    public Optional<String> changed(String name) {
        return Optional.ofNullable(rows().get(name)).map(Row::value);
    }

    /**
     * What an operator set for a secret; empty when the hub's own settings hold, or when it was sealed under a key the hub
     * no longer has.
     */
    public Optional<String> changedSecret(String name) {
        return changed(name).flatMap(text -> {
            try {
                return Optional.of(vault.open(context(name), text));
            } catch (Vault.Unreadable e) {
                LOG.error("setting {} cannot be read, the one of the hub's settings holds: {}", name, e.getMessage());
                return Optional.empty();
            }
        });
    }

    /** What a secret is sealed for. */
    static String context(String name) {
        return "operations.changed_setting/" + name;
    }

    private Map<String, Row> rows() {
        Snapshot known = snapshot;
        if (known == null || System.nanoTime() - known.taken() > FRESH) {
            known = load();
        }
        return known.rows();
    }

    private Snapshot load() {
        long now = System.nanoTime();
        Map<String, Row> rows = new HashMap<>();
        jdbc.sql("select name, value, changed_by, changed_at from operations.changed_setting")
                .query(row -> {
                    rows.put(
                            row.getString("name"),
                            new Row(
                                    row.getString("value"),
                                    row.getString("changed_by"),
                                    row.getTimestamp("changed_at").toInstant()));
                });
        Snapshot loaded = new Snapshot(Map.copyOf(rows), now);
        snapshot = loaded;
        return loaded;
    }

    /**
     * The settings that were once set to this by an operator, whether they still are or not, the last one first; secrets
     * and mail addresses are not told.
     */
    public List<String> onceSetTo(String value) {
        return jdbc.sql("select name from operations.setting_change where value = :value group by name"
                        + " order by max(id) desc")
                .param("value", value)
                .query(String.class)
                .list();
    }

    /**
     * A setting.
     *
     * @param value in force; of a secret only whether there is one
     * @param usual as it stands in the hub's settings; of a secret the same
     * @param changedBy null when it is as usual
     */
    public record Setting(
            String name,
            String group,
            String title,
            boolean secret,
            String value,
            String usual,
            String changedBy,
            Instant changedAt) {

        private static Setting of(Changeable setting, Row changed) {
            return new Setting(
                    setting.name(),
                    setting.group(),
                    setting.title(),
                    setting.secret(),
                    shown(setting, changed == null ? setting.usual() : changed.value()),
                    shown(setting, setting.usual()),
                    changed == null ? null : changed.by(),
                    changed == null ? null : changed.at());
        }

        private static String shown(Changeable setting, String value) {
            return setting.secret() && !value.isEmpty() ? "(set)" : value;
        }
    }

    /** All that can be changed, as it is now. */
    public List<Setting> all() {
        Map<String, Row> rows = load().rows();
        return changeables().stream()
                .map(setting -> Setting.of(setting, rows.get(setting.name())))
                .toList();
    }

    private List<Changeable> changeables() {
        return sources.orderedStream()
                .flatMap(source -> source.changeables().stream())
                .toList();
    }

    /** @throws Problem 422 when there is none of that name */
    public Changeable find(String name) {
        return changeables().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "There is no such setting", name));
    }

    /**
     * One of them, as it is now.
     *
     * @throws Problem 422 when there is none of that name
     */
    public Setting setting(String name) {
        return Setting.of(find(name), load().rows().get(name));
    }

    /**
     * Holds on every node within a second.
     *
     * @param value null or blank: as it stands in the hub's settings
     * @throws Problem 422 for an unknown name, a value it cannot have, or a setting that has actions of its own
     */
    public Setting change(String name, String value, String operator) {
        String actions = find(name).actions();
        if (actions != null) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "It is changed by " + actions, name);
        }
        return changeByItsAction(name, value, operator);
    }

    /**
     * As {@link #change}, for the actions a setting has of its own.
     *
     * @throws Problem 422 for an unknown name, or a value it cannot have
     */
    public Setting changeByItsAction(String name, String value, String operator) {
        Changeable setting = find(name);
        String wanted = value == null || value.isBlank() ? null : value.strip();
        if (wanted != null) {
            String wrong = wanted.length() > LONGEST
                    ? "At most " + LONGEST + " characters"
                    : setting.check().apply(wanted);
            if (wrong != null) {
                throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", wrong, name);
            }
        }
        transaction.executeWithoutResult(status -> write(setting, wanted, operator));
        return setting(name);
    }

    private void write(Changeable setting, String value, String operator) {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("insert into operations.setting_change (name, value, changed_by, changed_at)"
                        + " values (:name, :value, :operator, :now)")
                .param("name", setting.name())
                .param("value", setting.secret() ? null : Masked.mails(value))
                .param("operator", operator)
                .param("now", now)
                .update();
        if (value == null) {
            jdbc.sql("delete from operations.changed_setting where name = :name")
                    .param("name", setting.name())
                    .update();
            return;
        }
        jdbc.sql("""
                        insert into operations.changed_setting (name, value, changed_by, changed_at)
                        values (:name, :value, :operator, :now)
                        on conflict (name) do update set value = excluded.value, changed_by = excluded.changed_by,
                            changed_at = excluded.changed_at
                        """)
                .param("name", setting.name())
                .param("value", setting.secret() ? vault.seal(context(setting.name()), value) : value)
                .param("operator", operator)
                .param("now", now)
                .update();
    }
}
