package com.ytempire.hub.billing;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;

/** What tests of commands have in common: the one that makes a customer stands for all. */
abstract class CommandHubIT extends BillingHubIT {

    HttpResponse<String> post(String path, String key, String body) {
        HttpRequest.Builder request = request(path)
                .header("Authorization", "Bearer " + user.token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(key == null ? request : request.header("Idempotency-Key", key));
    }

    List<String> customersAtStripe() {
        return SANDBOX.stripe().all("customer").stream()
                .filter(customer -> customer.path("metadata")
                        .path("user_id")
                        .asText()
                        .equals(user.id().toString()))
                .map(customer -> customer.get("id").asText())
                .toList();
    }

    String state(String commandId) {
        return jdbc.sql("select state from billing.command where id = :id")
                .param("id", UUID.fromString(commandId))
                .query(String.class)
                .single();
    }
}
