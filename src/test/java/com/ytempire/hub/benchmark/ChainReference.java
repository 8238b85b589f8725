package com.ytempire.hub.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.catalina.LifecycleException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * How fast a text could be at most on this machine: one servlet written by hand that notes each call in one row and one
 * commit before it is made, asks the model and answers. It knows no limit, no price, no other link, settles nothing and
 * keeps no text.
 */
final class ChainReference {

    static final String TABLE = """
            create table call (id uuid primary key, service text not null, model text not null, bound numeric not null,
                               created_at timestamptz not null default now())
            """;

    private ChainReference() {}

    /** Arguments: JDBC URL, connections, the model's port. Ends with its standard input. */
    public static void main(String[] args) throws LifecycleException, IOException {
        CloseableHttpClient http = ReferenceServer.client(Integer.parseInt(args[1]));
        ReferenceServer.serve(
                args,
                Map.of(
                        "/texts",
                        database -> new Texts(database, http, "http://127.0.0.1:" + args[2] + "/v1/chat/completions")));
    }

    private static final class Texts extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient DataSource database;
        private final transient CloseableHttpClient http;
        private final String model;
        private final transient ObjectMapper json = new ObjectMapper();

        Texts(DataSource database, CloseableHttpClient http, String model) {
            this.database = database;
            this.http = http;
            this.model = model;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            JsonNode wanted = json.readTree(request.getInputStream());
            try {
                reserve();
            } catch (SQLException e) {
                response.setStatus(503);
                return;
            }
            HttpPost call = new HttpPost(model);
            call.setEntity(new ByteArrayEntity(
                    json.writeValueAsBytes(json.createObjectNode()
                            .put("model", "stub")
                            .put("max_completion_tokens", 1500)
                            .set("messages", wanted.path("messages"))),
                    ContentType.APPLICATION_JSON));
            String text = http.execute(
                    call,
                    answer -> json.readTree(answer.getEntity().getContent())
                            .at("/choices/0/message/content")
                            .asText());
            byte[] body = json.writeValueAsBytes(json.createObjectNode().put("text", text));
            response.setContentType("application/json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }

        private void reserve() throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(
                            "insert into call (id, service, model, bound) values (?, 'openai', 'stub', ?)")) {
                statement.setObject(1, UUID.randomUUID());
                statement.setBigDecimal(2, new BigDecimal("0.003031"));
                statement.executeUpdate();
            }
        }
    }
}
