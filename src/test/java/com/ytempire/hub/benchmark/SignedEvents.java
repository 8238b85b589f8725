package com.ytempire.hub.benchmark;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes Stripe events of 1.5 KB, each with an id of its own, as whole HTTP requests ready to be written to a socket:
 * what a request costs to make must not be measured.
 */
final class SignedEvents {

    static final String SECRET = "whsec_benchmark";

    private static final int BODY_BYTES = 1536;
    private static final int CUSTOMERS = 2_000;

    private static final long START_SECONDS = System.currentTimeMillis() / 1000 - 3_600;

    private final String prefix;
    private int made;

    /** @param prefix sets the ids of these events apart from those of any other run */
    SignedEvents(String prefix) {
        this.prefix = prefix;
    }

    byte[][] requests(int count, String path) {
        byte[][] requests = new byte[count][];
        Mac mac = mac();
        for (int i = 0; i < count; i++) {
            requests[i] = request(mac, path, body(made++));
        }
        return requests;
    }

    private byte[] body(int number) {
        // a customer's next event is a second younger, so that none of them has to be asked for at Stripe
        long now = START_SECONDS + number / CUSTOMERS;
        String customer = "cus_" + prefix + number % CUSTOMERS;
        String head = "{\"id\":\"evt_" + prefix + number + "\",\"object\":\"event\",\"api_version\":\"2023-10-16\","
                + "\"created\":" + now + ",\"livemode\":false,\"pending_webhooks\":1,"
                + "\"request\":{\"id\":\"req_" + number + "\",\"idempotency_key\":null},"
                + "\"type\":\"customer.updated\",\"data\":{\"object\":{\"id\":\"" + customer
                + "\",\"object\":\"customer\",\"created\":" + (now - 86_400)
                + ",\"currency\":\"usd\",\"email\":\"" + customer + "@example.com\",\"name\":\"Customer " + number
                + "\",\"phone\":null,\"balance\":0,\"delinquent\":false,\"livemode\":false,"
                + "\"invoice_settings\":{\"default_payment_method\":null},\"metadata\":{\"source\":\"organic\"},"
                + "\"description\":\"";
        String tail = "\"}}}";
        return (head + "x".repeat(BODY_BYTES - head.length() - tail.length()) + tail).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] request(Mac mac, String path, byte[] body) {
        long now = System.currentTimeMillis() / 1000;
        mac.update((now + ".").getBytes(StandardCharsets.UTF_8));
        String signature = "t=" + now + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "User-Agent: Stripe/1.0\r\nStripe-Signature: " + signature + "\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    static Mac mac() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
