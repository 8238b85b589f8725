package com.ytempire.hub.platform;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Headers;
import org.apache.camel.component.http.HttpMethods;
import org.springframework.stereotype.Component;

/** Makes a {@link VendorCall} what Camel's http component sends; routes clear the headers before and call after it. */
@Component("vendorCalls")
class VendorCalls {

    /**
     * Camel 4.18.0 looks for placeholders in the address a message brings (CVE-2026-78164), and would put settings, secrets
     * among them, into a request to whoever wrote it. No address has a brace that is not escaped.
     *
     * @return the body to send
     * @throws IOException for an address with a brace, which nobody answers
     */
    public byte[] prepare(@Body VendorCall call, @Headers Map<String, Object> headers) throws IOException {
        if (call.url().indexOf('{') >= 0 || call.url().indexOf('}') >= 0) {
            throw new IOException("the address is none");
        }
        // as the component wants it: a text would be looked up among all of Camel's converters at each call
        headers.put(Exchange.HTTP_METHOD, HttpMethods.valueOf(call.method()));
        headers.put(Exchange.HTTP_URI, call.url());
        headers.putAll(call.headers());
        if (call.within() != null) {
            headers.put(HttpClients.WITHIN, Math.max(1, call.within().toMillis()));
        }
        return call.body();
    }

    /**
     * The whole answer.
     *
     * @param most bytes
     * @throws IOException when it breaks off or is larger
     */
    public byte[] read(InputStream answer, int most) throws IOException {
        if (answer == null) {
            return new byte[0];
        }
        try (answer) {
            byte[] bytes = answer.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException("the answer is too large");
            }
            return bytes;
        }
    }
}
