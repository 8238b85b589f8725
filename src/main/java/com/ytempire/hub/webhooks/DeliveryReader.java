package com.ytempire.hub.webhooks;

import com.ytempire.hub.platform.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Takes the raw bytes of a request, within the size limit, and the headers that count. */
@Component
class DeliveryReader {

    /** The headers that count, in small letters. */
    static final List<String> KEPT = List.of(
            "stripe-signature",
            "x-hub-signature",
            "x-n8n-signature",
            "x-n8n-timestamp",
            "svix-id",
            "svix-timestamp",
            "svix-signature",
            "user-agent");

    private final int limit;

    DeliveryReader(WebhookSettings settings) {
        this.limit = Math.toIntExact(settings.maxBody().toBytes());
    }

    public Delivery stripe(@Body InputStream body, @Headers Map<String, Object> headers) {
        return read("stripe", null, body, headers);
    }

    public Delivery youtube(
            @Body InputStream body, @Headers Map<String, Object> headers, @Header("token") String token) {
        return read("youtube", token, body, headers);
    }

    public Delivery n8n(
            @Body InputStream body, @Headers Map<String, Object> headers, @Header("workflow") String workflow) {
        return read("n8n", workflow, body, headers);
    }

    public Delivery resend(@Body InputStream body, @Headers Map<String, Object> headers) {
        return read("resend", null, body, headers);
    }

    private Delivery read(String service, String qualifier, InputStream body, Map<String, Object> headers) {
        Map<String, List<String>> kept = new HashMap<>();
        for (String name : KEPT) {
            Object value = headers.get(name);
            if (value != null) {
                kept.put(
                        name,
                        value instanceof List<?> list
                                ? list.stream().map(String::valueOf).toList()
                                : List.of(value.toString()));
            }
        }
        return new Delivery(
                service, qualifier, String.valueOf(headers.get(RawRequestFilter.ADDRESS)), kept, bytes(body));
    }

    private byte[] bytes(InputStream body) {
        try (body) {
            byte[] bytes = body == null ? new byte[0] : body.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new Problem(
                        HttpStatus.PAYLOAD_TOO_LARGE,
                        "payload_too_large",
                        String.format(Locale.ROOT, "A webhook may have at most %,d bytes", limit));
            }
            return bytes;
        } catch (IOException e) {
            throw new Problem(HttpStatus.BAD_REQUEST, "unreadable_request", "The request ended before its body did");
        }
    }
}
