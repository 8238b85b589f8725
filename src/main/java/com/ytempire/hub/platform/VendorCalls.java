package com.ytempire.hub.platform;

import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Headers;
import org.springframework.stereotype.Component;

/** Makes a {@link VendorCall} what Camel's http component sends; routes clear the headers before and call after it. */
@Component("vendorCalls")
class VendorCalls {

    /** @return the body to send */
    public byte[] prepare(@Body VendorCall call, @Headers Map<String, Object> headers) {
        headers.put(Exchange.HTTP_METHOD, call.method());
        headers.put(Exchange.HTTP_URI, call.url());
        headers.putAll(call.headers());
        return call.body();
    }
}
