package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two versions of the hub run on one database while one replaces the other. */
class MigrationsTest {

    private static final Path FOLDER = Path.of("src/main/resources/db/migration");
    /** From this one on indexes are made beside the work; before, tables were taken to be small. */
    private static final int BESIDE_FROM = 186;

    private static final Path RELEASED = Path.of("src/test/resources/db/released-migrations.txt");

    /** Names and checksums of the migrations of released versions. */
    private static Map<String, Integer> released() throws IOException {
        Map<String, Integer> released = new LinkedHashMap<>();
        for (String line : Files.readAllLines(RELEASED)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                released.put(line.split(" ")[0], Integer.valueOf(line.split(" ")[1]));
            }
        }
        return released;
    }

    private static List<Path> all() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.sorted(Comparator.comparingInt(MigrationsTest::version))
                    .toList();
        }
    }

    private static int version(Path file) {
        return Integer.parseInt(file.getFileName().toString().replaceFirst("V(\\d+)__.*", "$1"));
    }

    /** As Flyway counts it: line by line, whatever ends a line. */
    private static int checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        for (String line : Files.readAllLines(file)) {
            sum.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return (int) sum.getValue();
    }

    @Test
    void whatWasReleasedNeverChanges() throws IOException {
        Map<String, Integer> now = new LinkedHashMap<>();
        for (Path file : all()) {
            now.put(file.getFileName().toString(), checksum(file));
        }
        assertThat(now).containsAllEntriesOf(released());
        now.keySet().removeAll(released().keySet());
        now.forEach((name, sum) -> System.out.println("to be released: " + name + " " + sum));
    }

    /** Flyway would take one with a smaller number for forgotten, and refuse to start. */
    @Test
    void whatCameLaterHasALaterNumber() throws IOException {
        Map<String, Integer> released = released();
        int last = all().stream()
                .filter(file -> released.containsKey(file.getFileName().toString()))
                .mapToInt(MigrationsTest::version)
                .max()
                .orElseThrow();
        assertThat(all())
                .filteredOn(file -> !released.containsKey(file.getFileName().toString()))
                .allSatisfy(
                        file -> assertThat(version(file)).as(file.toString()).isGreaterThan(last));
    }

    @Test
    void whatCameLaterOnlyAdds() throws IOException {
        Map<String, Integer> released = released();
        Expanding until = new Expanding(false);
        Expanding since = new Expanding(true);
        Map<String, List<String>> violations = new LinkedHashMap<>();
        for (Path file : all()) {
            if (!released.containsKey(file.getFileName().toString())) {
                Expanding rules = version(file) < BESIDE_FROM ? until : since;
                List<String> found = rules.violations(Files.readString(file));
                assertThat(Expanding.isMixed(Files.readString(file)))
                        .as(file + ": what is made concurrently has a file of its own")
                        .isFalse();
                if (!found.isEmpty()) {
                    violations.put(file.getFileName().toString(), found);
                }
            }
        }
        assertThat(violations)
                .as("the version before runs beside it; say why both can live with it: " + Expanding.REASON)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table a.b",
                "alter table a.b drop column c",
                "alter table a.b rename column c to d",
                "alter table a.b rename to c",
                "alter table a.b alter column c type text",
                "alter table a.b alter column c set not null",
                "alter table a.b alter c set statistics 0, alter c set not null",
                "alter table a.b add column c text not null",
                "alter table a.b add column c text unique",
                "alter table a.b add column c text, drop column d",
                "alter table a.b add constraint c check (d > 0)",
                "create unique index i on a.b (c)",
                "create unique index concurrently i on a.b (c)",
                "create index i on a.b (c)",
                "drop index a.i",
                "create trigger t before insert on a.b for each row execute function f()",
                "update a.b set c = 'x; y'",
                "delete from a.b",
                "truncate a.b",
            })
    void theRulesRefuse(String sql) {
        assertThat(new Expanding(true).violations("-- a comment; drop nothing\n" + sql + ";"))
                .containsExactly(sql.replace("'x; y'", "''"));
        assertThat(new Expanding(true).violations(Expanding.REASON + " it does not read that column\n" + sql + ";"))
                .isEmpty();
        assertThat(new Expanding(true).violations(Expanding.REASON + "\n" + sql + ";"))
                .as("a reason has words")
                .isNotEmpty();
    }

    @Test
    void theRulesLetPassWhatAdds() {
        assertThat(new Expanding(true).violations("""
                        create schema a;
                        create table a.b (
                            c text primary key, -- of; it
                            d numeric(14, 6) not null check (d in (1, 2))
                        );
                        create unique index i on a.b (c);
                        alter table a.b alter column c set not null;
                        drop index concurrently if exists z.j;
                        create index concurrently j on z.existing (c) where d;
                        alter table z.existing add column c text, add column d numeric(14, 6) not null default 0.5;
                        alter table z.existing alter c set statistics 0, alter column d set statistics 100;
                        update z.existing e set c = 'new', d = 1 from a.b where b.c = e.id;
                        create function a.f() returns trigger language plpgsql as
                        $$ begin delete from a.b; drop table a.b; end $$;
                        create trigger t before insert on a.b for each row execute function a.f();
                        insert into a.b values ('it''s; so', 1);
                        """)).isEmpty();
    }

    @Test
    void whatIsMadeConcurrentlyStandsAlone() {
        assertThat(Expanding.isMixed("drop index concurrently if exists a.i; create index concurrently i on a.b (c);"))
                .isFalse();
        assertThat(Expanding.isMixed("create index concurrently i on a.b (c); alter table a.b add column d text;"))
                .isTrue();
    }
}
