package com.ytempire.hub.platform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a migration may do while the version before runs beside it: add what that version does not know and need not fill,
 * and keep nobody from writing meanwhile. Anything else says right above the statement why both versions can live with it,
 * after {@value #REASON}.
 */
final class Expanding {

    static final String REASON = "-- beside the version before:";

    private static final Pattern TABLE =
            Pattern.compile("create (?:unlogged )?table (?:if not exists )?([a-z_.0-9]+).*", Pattern.DOTALL);
    private static final Pattern INDEX = Pattern.compile(
            "create (unique )?index (concurrently )?(?:if not exists )?\\S+ on ([a-z_.0-9]+).*", Pattern.DOTALL);
    private static final Pattern INDEX_AGAIN =
            Pattern.compile("drop index concurrently if exists [a-z_.0-9]+", Pattern.DOTALL);
    private static final Pattern TRIGGER =
            Pattern.compile("create (?:constraint )?trigger .*? on ([a-z_.0-9]+).*", Pattern.DOTALL);
    private static final Pattern ALTER = Pattern.compile("alter table (?:only )?([a-z_.0-9]+) (.*)", Pattern.DOTALL);
    private static final Pattern ALWAYS = Pattern.compile(
            "(create (schema|function|view|sequence|type|extension|statistics)|comment on|insert into) .*",
            Pattern.DOTALL);

    private static final Pattern UPDATE =
            Pattern.compile("update ([a-z_.0-9]+)(?: as)?(?: [a-z_0-9]+)? set (.*)", Pattern.DOTALL);
    private static final Pattern COLUMN =
            Pattern.compile("add column (?:if not exists )?([a-z_0-9]+) .*", Pattern.DOTALL);

    /** Tables that came with these migrations, and columns: the version before does not know them. */
    private final Set<String> created = new HashSet<>();

    private final boolean beside;

    /** @param beside whether an index of a table there is has to be made concurrently, while others write to it */
    Expanding(boolean beside) {
        this.beside = beside;
    }

    /** Whether one statement of it cannot be in a transaction: then none is, and each must stand being run again. */
    static boolean isMixed(String migration) {
        List<String> all = statements(migration).stream()
                .map(statement -> statement.sql.toLowerCase(Locale.ROOT).strip())
                .filter(sql -> !sql.isEmpty())
                .toList();
        return all.stream().anyMatch(sql -> sql.contains(" concurrently "))
                && !all.stream().allMatch(sql -> sql.contains(" concurrently "));
    }

    /** @return the statements that are not allowed, each as it stands there */
    List<String> violations(String migration) {
        List<String> violations = new ArrayList<>();
        for (Statement statement : statements(migration)) {
            String sql = statement
                    .sql
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("\\s+", " ")
                    .strip();
            if (!sql.isEmpty() && !isAllowed(sql) && !statement.reasoned) {
                violations.add(statement.sql.strip());
            }
        }
        return violations;
    }

    private boolean isAllowed(String sql) {
        Matcher table = TABLE.matcher(sql);
        if (table.matches()) {
            created.add(table.group(1));
            return true;
        }
        Matcher index = INDEX.matcher(sql);
        if (index.matches()) {
            return created.contains(index.group(3)) || index.group(1) == null && (index.group(2) != null || !beside);
        }
        if (INDEX_AGAIN.matcher(sql).matches()) {
            return true;
        }
        Matcher trigger = TRIGGER.matcher(sql);
        if (trigger.matches()) {
            return created.contains(trigger.group(1));
        }
        Matcher alter = ALTER.matcher(sql);
        if (alter.matches()) {
            List<String> parts = parts(alter.group(2));
            parts.stream()
                    .map(COLUMN::matcher)
                    .filter(Matcher::matches)
                    .forEach(column -> created.add(alter.group(1) + "." + column.group(1)));
            return created.contains(alter.group(1)) || parts.stream().allMatch(Expanding::isFree);
        }
        Matcher update = UPDATE.matcher(sql);
        if (update.matches()) {
            return parts(update.group(2).split(" (?:where|from) ")[0]).stream()
                    .map(each -> update.group(1) + "." + each.split("=")[0].strip())
                    .allMatch(created::contains);
        }
        return ALWAYS.matcher(sql).matches();
    }

    /** A column that a version which does not know it leaves as it is, or what only the server's planner looks at. */
    private static boolean isFree(String part) {
        if (part.matches("alter (?:column )?[a-z_0-9]+ set statistics \\d+")) {
            return true;
        }
        return part.startsWith("add column ")
                && !part.matches(".*\\b(unique|primary key|generated|references)\\b.*")
                && (!part.contains("not null") || part.contains(" default "));
    }

    /** At the commas outside of brackets. */
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            depth += each == '(' ? 1 : each == ')' ? -1 : 0;
            if (each == ',' && depth == 0) {
                parts.add(text.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        parts.add(text.substring(begin).strip());
        return parts;
    }

    private record Statement(String sql, boolean reasoned) {}

    /** Comments, texts and bodies of functions, in which a semicolon ends nothing. */
    private static final Pattern OPAQUE =
            Pattern.compile("(?<comment>--[^\\n]*)|'(?:[^']|'')*'|\\$(\\w*)\\$.*?\\$\\2\\$|;", Pattern.DOTALL);

    private static List<Statement> statements(String migration) {
        List<Statement> statements = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        boolean reasoned = false;
        int begin = 0;
        for (Matcher found = OPAQUE.matcher(migration); found.find(); begin = found.end()) {
            sql.append(migration, begin, found.start());
            String comment = found.group("comment");
            if (comment != null) {
                reasoned |= comment.startsWith(REASON) && comment.length() > REASON.length() + 10;
            } else if (found.group().equals(";")) {
                statements.add(new Statement(sql.toString(), reasoned));
                sql.setLength(0);
                reasoned = false;
            } else {
                sql.append("''");
            }
        }
        statements.add(new Statement(sql + migration.substring(begin), reasoned));
        return statements;
    }
}
