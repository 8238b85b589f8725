package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.ytempire.hub.HubIT;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The limits that let a request fail quickly when the database is away, here on a database that is given by URL. */
class ConnectionPoolIT extends HubIT {

    @Autowired
    private HikariDataSource dataSource;

    @Test
    void nobodyWaitsLongForADatabaseThatIsAway() throws SQLException {
        assertThat(dataSource.getConnectionTimeout()).isEqualTo(1_000);
        assertThat(dataSource.getDataSourceProperties()).containsEntry("connectTimeout", "1");
        try (Connection connection = dataSource.getConnection()) {
            assertThat(connection.getNetworkTimeout()).as("socketTimeout").isEqualTo(10_000);
        }
    }
}
