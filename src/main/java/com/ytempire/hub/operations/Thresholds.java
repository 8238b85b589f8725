package com.ytempire.hub.operations;

import com.ytempire.hub.platform.Problem;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** From when on something is a trouble, and how people are told: as set, unless an operator has changed it. */
@Component
class Thresholds {

    /** Switches; all others are numbers, but for the one address. */
    private static final Pattern SWITCH = Pattern.compile("alerts-by-.*");

    static final String WEBHOOK = "alerts-webhook";
    private static final Pattern ADDRESS = Pattern.compile("|https?://[\\x21-\\x7e&&[^{}\"<>\\\\^`|]]{1,500}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");

    private final OperationsSettings settings;
    private final JdbcClient jdbc;
    private final Clock clock;

    Thresholds(OperationsSettings settings, JdbcClient jdbc, Clock clock) {
        this.settings = settings;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * A setting.
     *
     * @param usual as it stands in the settings
     * @param changedBy null when nobody has changed it
     */
    record Setting(String name, String value, String usual, String changedBy, Instant changedAt) {}

    List<Setting> all() {
        Map<String, Setting> all = new LinkedHashMap<>();
        settings.thresholds().forEach((name, usual) -> all.put(name, new Setting(name, usual, usual, null, null)));
        jdbc.sql("select name, value, changed_by, changed_at from operations.changed_setting")
                .query(row -> {
                    Instant at = row.getTimestamp("changed_at").toInstant();
                    String value = row.getString("value");
                    String by = row.getString("changed_by");
                    all.computeIfPresent(
                            row.getString("name"), (name, old) -> new Setting(name, value, old.usual(), by, at));
                });
        return List.copyOf(all.values());
    }

    /** The values in force, by name. */
    Values values() {
        Map<String, String> values = new LinkedHashMap<>();
        all().forEach(setting -> values.put(setting.name(), setting.value()));
        return new Values(values);
    }

    record Values(Map<String, String> byName) {

        BigDecimal number(String name) {
            return new BigDecimal(byName.get(name));
        }

        boolean isOn(String name) {
            return Boolean.parseBoolean(byName.get(name));
        }

        String text(String name) {
            return byName.get(name);
        }
    }

    /**
     * In force at the next look on every node.
     *
     * @param value null or empty: as it stands in the settings
     * @throws Problem 422 for an unknown name, or a value it cannot have
     */
    Setting change(String name, String value, String operator) {
        if (!settings.thresholds().containsKey(name)) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "There is no such setting", name);
        }
        if (value == null || value.isBlank()) {
            jdbc.sql("delete from operations.changed_setting where name = :name")
                    .param("name", name)
                    .update();
        } else {
            mustFit(name, value.strip());
            jdbc.sql("""
                            insert into operations.changed_setting (name, value, changed_by, changed_at)
                            values (:name, :value, :operator, :now)
                            on conflict (name) do update set value = excluded.value, changed_by = excluded.changed_by,
                                changed_at = excluded.changed_at
                            """)
                    .param("name", name)
                    .param("value", value.strip())
                    .param("operator", operator)
                    .param("now", Timestamp.from(clock.instant()))
                    .update();
        }
        return all().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void mustFit(String name, String value) {
        boolean fits = name.equals(WEBHOOK)
                ? ADDRESS.matcher(value).matches()
                : SWITCH.matcher(name).matches()
                        ? value.equals("true") || value.equals("false")
                        : NUMBER.matcher(value).matches();
        if (!fits) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "validation_failed",
                    name.equals(WEBHOOK)
                            ? "An address begins with http:// or https:// and has no brace, quote or the like"
                            : SWITCH.matcher(name).matches() ? "true or false" : "A number",
                    name);
        }
    }
}
