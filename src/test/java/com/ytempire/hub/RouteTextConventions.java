package com.ytempire.hub;

import com.ytempire.hub.RouteFile.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules for what may stand anywhere in a route: its keys, its texts with their placeholders, and its SQL. */
final class RouteTextConventions {

    private static final Set<String> SWALLOWS =
            Set.of("timeoutEnabled", "ignoreException", "ignoreExceptions", "recordException", "recordExceptions");
    private static final Pattern IN_MEMORY_REPOSITORY =
            Pattern.compile("(?i)MemoryIdempotent|JdbcMessageIdRepository|FileIdempotent");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern LITERAL_HOST = Pattern.compile("(?i)\\bhttps?:(//)?(?!\\{\\{|\\$\\{|//)[a-z0-9.-]+");
    private static final Pattern SECRET_OPTION =
            Pattern.compile("(?i).*(password|secret|apikey|accesskey|bearertoken|accesstoken).*");
    private static final Pattern COUNT_OPTION = Pattern.compile(
            "(?i)(.*[.])?(cron|schedule|.*(interval|delay|period|timeout|count|size|limit|port|rate|consumers"
                    + "|attempts|retries|redeliveries|threshold|zone|maxmessagesperpoll|batch))");
    private static final Pattern VALUE_IN_SQL = Pattern.compile("(?<!:#)\\$\\{");
    private static final Pattern SQL_PARAMETER = Pattern.compile(":#(in:)?(\\w|\\$\\{)");

    private final RouteSet all;

    RouteTextConventions(RouteSet all) {
        this.all = all;
    }

    void route(Route route) {
        keys(route, route.body());
        texts(route, route.body());
    }

    private void keys(Route route, Object node) {
        if (node instanceof List<?> list) {
            list.forEach(element -> keys(route, element));
        }
        RouteFile.map(node).forEach((key, value) -> {
            if (key.contains("-") && !key.startsWith("trigger.") && !key.startsWith("job.")) {
                all.report(route, 1, "'" + key + "' is not camelCase");
            }
            if (SWALLOWS.contains(key)) {
                all.report(
                        route,
                        5,
                        "'%s' swallows failures or races the fallback; configure the link's CircuitBreaker bean"
                                .formatted(key));
            }
            keys(route, value);
        });
    }

    private void texts(Route route, Object node) {
        if (node instanceof List<?> list) {
            list.forEach(element -> texts(route, element));
        } else if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (!key.equals("description") && !key.equals("note")) {
                    texts(route, value);
                }
            });
        } else if (node instanceof String text) {
            placeholders(route, text);
            if (IN_MEMORY_REPOSITORY.matcher(text).find()) {
                all.report(
                        route, 7, "'" + text + "': idempotency is a unique key in PostgreSQL, claimed by one insert");
            }
            if (LITERAL_HOST.matcher(text).find()) {
                all.report(route, 8, "'" + text + "' names a host; use a {{placeholder}}");
            }
        }
    }

    private void placeholders(Route route, String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            String key = placeholder.group(1).replaceFirst("^[?!]", "");
            if (key.contains(":")) {
                all.report(route, 8, "{{" + key + "}} carries its default; the default stands in application.yml");
            } else if (!all.surroundings().settings().has(key)) {
                all.report(route, 8, "{{" + key + "}} is not in application.yml");
            } else if (!all.surroundings().settings().explains(key)) {
                all.report(route, 8, "{{" + key + "}} has no comment in application.yml; give its reason in one line");
            }
        }
    }

    /** What is secret, a count or a time is no literal. */
    void literal(Route route, String name, Object value) {
        String text = RouteFile.text(value);
        boolean given = text.contains("{{") || text.contains("${") || text.startsWith("#");
        if (given || name.equals("parametersCount")) {
            return;
        }
        if (SECRET_OPTION.matcher(name).matches()) {
            all.report(route, 8, "'" + name + "' holds a secret; use a {{placeholder}}");
        }
        boolean amount = !text.matches("-1|0|1|true|false");
        if (COUNT_OPTION.matcher(name).matches() && amount) {
            all.report(route, 8, "'" + name + ": " + text + "' is a literal; use a {{placeholder}}");
        }
    }
    /** @param query as it stands behind {@code sql:} */
    void statement(Route route, String query, Map<String, Object> parameters) {
        String sql = query;
        if (query.startsWith("classpath:")) {
            String path = query.substring("classpath:".length());
            sql = all.surroundings().resource(path);
            if (sql == null) {
                all.report(route, 8, "there is no src/main/resources/" + path);
                return;
            }
            if (!path.startsWith("sql/" + route.file().area() + "/")) {
                all.report(
                        route,
                        8,
                        path + " lies in another area's folder; it must be in sql/"
                                + route.file().area());
            }
        }
        if (VALUE_IN_SQL.matcher(sql).find()) {
            all.report(route, 8, "'" + firstLine(sql) + "' puts a value into the statement; use a :# parameter");
        }
        if (SQL_PARAMETER.matcher(sql).find() && !parameters.containsKey("parametersCount")) {
            all.report(
                    route,
                    8,
                    "'" + firstLine(sql) + "' needs parametersCount, or each call asks the server for it first");
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
