package com.ytempire.hub.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.catalina.LifecycleException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.message.BasicNameValuePair;

/**
 * What a payment takes a plain servlet on this machine, written by hand: it puts the payment with its idempotency key on
 * the disk, asks Stripe, puts the answer on the disk and gives it. It knows no session, no limit of
 * requests, no price and no mirror; it grants nothing, books nothing and writes no receipt. Beside it
 * {@link ReferenceServer} stores the events that tell of the payments, which nobody works on.
 */
final class PaymentReference {

    static final String TABLE = """
            create table payment (id uuid primary key, customer text not null, key text not null, answer jsonb,
                                  created_at timestamptz not null default now(), unique (customer, key))
            """;

    private PaymentReference() {}

    /** Arguments: JDBC URL, connections, Stripe's address. Ends with its standard input. */
    public static void main(String[] args) throws LifecycleException, IOException {
        CloseableHttpClient http = ReferenceServer.client(Integer.parseInt(args[1]));
        ReferenceServer.serve(
                args,
                Map.of(
                        "/api/v1/billing/payments",
                        database -> new Payments(database, http, args[2] + "/v1/payment_intents"),
                        "/api/v1/webhooks/stripe",
                        ReferenceServer.Intake::new));
    }

    private static final class Payments extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient DataSource database;
        private final transient CloseableHttpClient http;
        private final String stripe;
        private final transient ObjectMapper json = new ObjectMapper();

        Payments(DataSource database, CloseableHttpClient http, String stripe) {
            this.database = database;
            this.http = http;
            this.stripe = stripe;
        }

        /** The token names the customer. */
        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String customer = request.getHeader("Authorization").substring("Bearer ".length());
            json.readTree(request.getInputStream()); // what is bought has one price here
            UUID id = UUID.randomUUID();
            try {
                change(
                        "insert into payment (id, customer, key) values (?, ?, ?)",
                        id,
                        customer,
                        request.getHeader("Idempotency-Key"));
                byte[] answer =
                        json.writeValueAsBytes(json.createObjectNode().set("data", pay(id, customer, response)));
                change(
                        "update payment set answer = ?::jsonb where id = ?",
                        new String(answer, StandardCharsets.UTF_8),
                        id);
                response.setStatus(201);
                response.setContentType("application/json");
                response.setContentLength(answer.length);
                response.getOutputStream().write(answer);
            } catch (SQLException e) {
                response.setStatus(503);
            }
        }

        private JsonNode pay(UUID id, String customer, HttpServletResponse response) throws IOException {
            HttpPost call = new HttpPost(stripe);
            call.setHeader("Authorization", "Bearer " + PaymentBenchmark.STRIPE_KEY);
            call.setHeader("Idempotency-Key", id.toString());
            call.setEntity(new UrlEncodedFormEntity(List.of(
                    new BasicNameValuePair("amount", "4900"),
                    new BasicNameValuePair("currency", "usd"),
                    new BasicNameValuePair("confirm", "true"),
                    new BasicNameValuePair("off_session", "true"),
                    new BasicNameValuePair("payment_method", "pm_card_visa"),
                    new BasicNameValuePair("customer", customer))));
            long begin = System.nanoTime();
            byte[] intent = http.execute(call, answer -> {
                if (answer.getCode() != 200) {
                    throw new IOException("Stripe answered " + answer.getCode());
                }
                return answer.getEntity().getContent().readAllBytes();
            });
            VendorWaits.tell(response, System.nanoTime() - begin);
            return json.readTree(intent);
        }

        private void change(String sql, Object... values) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                statement.executeUpdate();
            }
        }
    }
}
