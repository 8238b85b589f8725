package com.ytempire.hub.camel.stripe;

import com.google.gson.JsonArray;
import com.google.gson.JsonSyntaxException;
import com.stripe.StripeClient;
import com.stripe.exception.ApiException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeCollectionInterface;
import com.stripe.model.StripeObject;
import com.stripe.model.StripeSearchResultInterface;
import com.stripe.net.ApiRequest;
import com.stripe.net.LiveStripeResponseGetter;
import com.stripe.net.StripeResponse;
import com.ytempire.hub.platform.ReadLimits;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;

/**
 * A client of one account at one address; nothing of it is static, so that several live in one process. It never
 * repeats a request by itself.
 */
public final class StripeGateway extends StripeClient {

    StripeGateway(
            String apiKey,
            String apiBase,
            Duration connectTimeout,
            Duration readTimeout,
            StripeMeter meter,
            ReadLimits bounds) {
        super(new LiveStripeResponseGetter(
                new StripeClientOptions(apiKey, apiBase, connectTimeout, readTimeout),
                new StripeHttpClient(meter, bounds)));
    }

    /** Sends a request and reads the answer; each object of a page keeps its own JSON. */
    StripeObject send(ApiRequest request, Type type) throws StripeException {
        StripeObject answer;
        try {
            answer = getResponseGetter().request(request, type);
        } catch (ApiException e) {
            if (e.getCause() instanceof JsonSyntaxException) {
                // The library's message repeats the whole answer, and with it personal data.
                throw new ApiException(
                        "Stripe's answer does not fit the model of this API version",
                        e.getRequestId(),
                        e.getCode(),
                        e.getStatusCode(),
                        e.getCause());
            }
            throw e;
        }
        if (answer instanceof StripeCollectionInterface<?> page) {
            keepJson(answer, page.getData());
        } else if (answer instanceof StripeSearchResultInterface<?> page) {
            keepJson(answer, page.getData());
        }
        return answer;
    }

    private static void keepJson(StripeObject page, List<?> objects) {
        StripeResponse response = page.getLastResponse();
        JsonArray json = page.getRawJsonObject().getAsJsonArray("data");
        for (int i = 0; i < objects.size(); i++) {
            ((StripeObject) objects.get(i))
                    .setLastResponse(new StripeResponse(
                            response.code(), response.headers(), json.get(i).toString()));
        }
    }
}
