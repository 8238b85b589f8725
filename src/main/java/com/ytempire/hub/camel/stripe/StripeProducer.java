package com.ytempire.hub.camel.stripe;

import static com.ytempire.hub.camel.stripe.StripeConstants.*;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeObject;
import com.stripe.net.ApiRequest;
import com.stripe.net.ApiResource.RequestMethod;
import com.stripe.net.BaseAddress;
import com.stripe.net.RequestOptions;
import com.stripe.net.RequestOptions.RequestOptionsBuilder;
import com.stripe.net.StripeResponse;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Turns a message into one request and its answer into the model object. */
class StripeProducer extends DefaultProducer {

    /** Exchange property, followed by the call: the key made for it, kept until Stripe has said yes or no. */
    private static final String MADE_KEY = "CamelStripeMadeKey:";

    /** Answers of one second bear the same date, and to read it takes longer than most of what is done with one. */
    private volatile Dated last = new Dated(null, null);

    private record Dated(String text, Instant at) {}

    StripeProducer(StripeEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public StripeEndpoint getEndpoint() {
        return (StripeEndpoint) super.getEndpoint();
    }

    @Override
    public void process(Exchange exchange) throws StripeException {
        Message in = exchange.getIn();
        StripeOperation operation = operation(in);
        StripeMethod method = method(in, operation);
        RequestMethod verb = operation.verb(method);
        String path = operation.path(method, in.getHeader(OBJECT_ID, String.class));
        Map<String, Object> parameters = StripeParameters.of(in, method);
        Type type = operation.answerType(method);

        String keyProperty = MADE_KEY + getEndpoint().getId() + path;
        RequestOptions options = options(exchange, verb, keyProperty);
        try {
            if (getEndpoint().isAutoPaging() && method.answersPage()) {
                StripePages pages = new StripePages(
                        wanted -> send(new ApiRequest(BaseAddress.API, verb, path, wanted, options), type),
                        parameters,
                        getEndpoint().getMaxResults());
                answer(exchange, pages, pages.firstPage().getLastResponse());
            } else {
                StripeObject object = send(new ApiRequest(BaseAddress.API, verb, path, parameters, options), type);
                answer(exchange, object, object.getLastResponse());
            }
        } catch (StripeException e) {
            if (!StripeFailures.isTemporary(e)) {
                exchange.removeProperty(keyProperty);
            }
            throw e;
        }
        exchange.removeProperty(keyProperty);
    }

    private StripeObject send(ApiRequest request, Type type) throws StripeException {
        StripeGateway gateway = getEndpoint().getGateway();
        if (getEndpoint().isPaced()) {
            try {
                getEndpoint().getComponent(StripeComponent.class).getPace().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApiConnectionException("Interrupted while waiting for a turn", e);
            }
        }
        return gateway.send(request, type);
    }

    private StripeOperation operation(Message in) {
        String name = in.getHeader(OPERATION_HEADER, String.class);
        return name == null ? getEndpoint().getOperation() : StripeOperation.of(name);
    }

    private StripeMethod method(Message in, StripeOperation operation) {
        String name = getEndpoint().getMethod();
        if (name == null) {
            name = in.getHeader(METHOD_HEADER, StripeMethod.CREATE.toString(), String.class);
        }
        return operation.method(name);
    }

    private static RequestOptions options(Exchange exchange, RequestMethod verb, String keyProperty) {
        Message in = exchange.getIn();
        RequestOptionsBuilder options = RequestOptions.builder()
                .setStripeAccount(in.getHeader(ACCOUNT, String.class))
                .setConnectTimeout(millis(in, CONNECT_TIMEOUT))
                .setReadTimeout(millis(in, READ_TIMEOUT));
        if (verb == RequestMethod.POST) {
            options.setIdempotencyKey(idempotencyKey(exchange, keyProperty));
        }
        String version = in.getHeader(API_VERSION, String.class);
        if (version != null) {
            RequestOptionsBuilder.unsafeSetStripeVersionOverride(options, version);
        }
        return options.build();
    }

    /** A key made here survives redelivery of the step: a charge whose answer got lost is not made twice. */
    private static String idempotencyKey(Exchange exchange, String keyProperty) {
        String given = exchange.getIn().getHeader(IDEMPOTENCY_KEY, String.class);
        if (given != null) {
            return given;
        }
        String made = exchange.getProperty(keyProperty, String.class);
        if (made == null) {
            made = UUID.randomUUID().toString();
            exchange.setProperty(keyProperty, made);
        }
        return made;
    }

    private static Integer millis(Message in, String header) {
        Duration duration = in.getHeader(header, Duration.class);
        return duration == null ? null : Math.toIntExact(duration.toMillis());
    }

    private void answer(Exchange exchange, Object body, StripeResponse response) {
        Message message = exchange.getMessage();
        message.setBody(body);
        setOrRemove(message, REQUEST_ID, response.requestId());
        setOrRemove(message, DATE, date(response));
    }

    /** The date of an earlier call must not pass for this one's. */
    private static void setOrRemove(Message message, String header, Object value) {
        if (value == null) {
            message.removeHeader(header);
        } else {
            message.setHeader(header, value);
        }
    }

    private Instant date(StripeResponse response) {
        String text = response.headers().firstValue("Date").orElse(null);
        Dated known = last;
        if (text == null || text.equals(known.text())) {
            return text == null ? null : known.at();
        }
        try {
            Instant at = response.date();
            last = new Dated(text, at);
            return at;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
