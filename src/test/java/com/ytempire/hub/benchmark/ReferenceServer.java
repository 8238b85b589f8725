package com.ytempire.hub.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.sql.DataSource;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;

/**
 * What the hub is measured against: the same Tomcat with the connector's defaults, which are the hub's, and one servlet
 * written by hand that verifies the same signature and stores the same two rows in one statement and one commit. No
 * framework, no routes, no shared commits.
 */
final class ReferenceServer {

    private static final String STORE = """
            with stored as (
                insert into webhooks.event (service, event_id, type, object_key, change_id, source, secret_id,
                                            livemode, api_version, created_at, received_at, headers, body)
                values ('stripe', ?, ?, ?, ?, 'delivery', 'reference', ?, ?, ?, ?, ?::jsonb, ?)
                on conflict (service, event_id) do nothing
                returning event_no, service, object_key, received_at
            ), queued as (
                insert into webhooks.work (event_no, service, object_key, state, due_at)
                select event_no, service, object_key, 'received', received_at from stored
            )
            select event_no from stored
            """;

    private ReferenceServer() {}

    /** Arguments: JDBC URL, connections. Ends with its standard input. */
    public static void main(String[] args) throws LifecycleException, IOException {
        serve(args, Map.of("/api/v1/webhooks/stripe", Intake::new));
    }

    /**
     * Servlets by their paths, until the standard input ends.
     *
     * @param args JDBC URL, connections
     */
    static void serve(String[] args, Map<String, Function<DataSource, HttpServlet>> servlets)
            throws LifecycleException, IOException {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(args[0]);
        pool.setMaximumPoolSize(Integer.parseInt(args[1]));
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Path.of("tomcat").toAbsolutePath().toString());
        tomcat.setPort(0);
        Context context = tomcat.addContext("", Path.of("").toAbsolutePath().toString());
        try (HikariDataSource database = new HikariDataSource(pool)) {
            servlets.forEach((path, servlet) -> {
                Tomcat.addServlet(context, path, servlet.apply(database));
                context.addServletMappingDecoded(path, path);
            });
            tomcat.getConnector();
            tomcat.start();
            System.out.println(ServerProcess.READY + tomcat.getConnector().getLocalPort());
            while (System.in.read() >= 0) {
                // until whoever started it ends
            }
            tomcat.stop();
        }
    }

    /** For a servlet that asks a vendor. */
    static CloseableHttpClient client(int connections) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .build())
                .build();
    }

    /** Stores Stripe's events. */
    static final class Intake extends HttpServlet {

        private static final long TOLERANCE_SECONDS = 300;
        private static final int LIMIT = 1 << 20;

        private final transient DataSource database;
        private final transient ObjectMapper json = new ObjectMapper();

        Intake(DataSource database) {
            this.database = database;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = request.getInputStream().readNBytes(LIMIT + 1);
            String signature = request.getHeader("Stripe-Signature");
            if (body.length > LIMIT || !holds(signature, body)) {
                response.setStatus(body.length > LIMIT ? 413 : 401);
                return;
            }
            JsonNode event = json.readTree(body);
            String id = event.path("id").textValue();
            try {
                boolean added = store(event, id, body, headers(request, signature));
                byte[] answer = ("{\"status\":\"" + (added ? "accepted" : "duplicate") + "\",\"event_id\":\"" + id
                                + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
                response.setContentType("application/json");
                response.setContentLength(answer.length);
                response.getOutputStream().write(answer);
            } catch (SQLException e) {
                response.setStatus(503);
            }
        }

        private String headers(HttpServletRequest request, String signature) throws IOException {
            return json.writeValueAsString(json.createObjectNode()
                    .put("stripe-signature", signature)
                    .put("user-agent", request.getHeader("User-Agent")));
        }

        private static boolean holds(String header, byte[] body) {
            String time = null;
            String given = null;
            for (String part : header.split(",")) {
                if (part.startsWith("t=")) {
                    time = part.substring(2);
                } else if (part.startsWith("v1=")) {
                    given = part.substring(3);
                }
            }
            if (time == null || given == null) {
                return false;
            }
            Mac mac = SignedEvents.mac();
            mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
            long age = Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(time));
            return age <= TOLERANCE_SECONDS
                    && MessageDigest.isEqual(mac.doFinal(body), HexFormat.of().parseHex(given));
        }

        private boolean store(JsonNode event, String id, byte[] body, String headers) throws SQLException {
            JsonNode object = event.path("data").path("object");
            String customer = object.path("customer").textValue();
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(STORE)) {
                statement.setString(1, id);
                statement.setString(2, event.path("type").textValue());
                statement.setString(3, customer == null ? object.path("id").textValue() : customer);
                statement.setString(4, id);
                statement.setBoolean(5, event.path("livemode").booleanValue());
                statement.setString(6, event.path("api_version").textValue());
                statement.setObject(
                        7, at(Instant.ofEpochSecond(event.path("created").longValue())));
                statement.setObject(8, at(Instant.now()));
                statement.setString(9, headers);
                statement.setBytes(10, body);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next();
                }
            }
        }

        private static OffsetDateTime at(Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
    }
}
