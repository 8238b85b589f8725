package com.ytempire.hub.platform;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process that owns a data folder, commits a row and lives until it is killed. Arguments: data folder, row. */
final class EmbeddedPostgresOwner {

    private EmbeddedPostgresOwner() {}

    public static void main(String[] arguments) throws Exception {
        DataFolder folder = DataFolder.open(Path.of(arguments[0]));
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(folder, new DatabaseSettings(0, Duration.ofSeconds(30), TestPostgres.BINARIES));
        try (Connection connection = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists kept (value text)");
            statement.execute("insert into kept values ('" + arguments[1] + "')");
            statement.execute("begin; insert into kept values ('not committed')");
            System.out.println("committed " + postgres.pid());
            new CountDownLatch(1).await();
        }
    }
}
