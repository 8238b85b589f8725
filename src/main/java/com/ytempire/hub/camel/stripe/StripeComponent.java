package com.ytempire.hub.camel.stripe;

import com.stripe.model.StripeObject;
import com.ytempire.hub.platform.ReadLimits;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.SimpleTypeConverter;

/**
 * Calls Stripe: {@code stripe:operation}, for example {@code stripe:customers}.
 *
 * <p>Its options are the defaults of its endpoints. A missing key stops no start; the call fails with {@link
 * StripeNotConfigured}.
 */
@Component("stripe")
public class StripeComponent extends DefaultComponent {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    @Metadata(label = "security", secret = true, description = "The Stripe API key for authentication")
    private String apiKey;

    @Metadata(label = "advanced", description = "Override the default Stripe API base URL (for testing purposes)")
    private String apiBase;

    @Metadata(label = "advanced", defaultValue = "5s", description = "Longest wait for a connection")
    private Duration connectTimeout = CONNECT_TIMEOUT;

    @Metadata(label = "advanced", defaultValue = "20s", description = "Longest silence while an answer is awaited")
    private Duration readTimeout = READ_TIMEOUT;

    @Metadata(label = "advanced", description = "What endpoints with paced=true wait for before each request")
    private StripePace pace;

    private StripeMeter meter;

    private ReadLimits bounds = ReadLimits.USUAL;

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        // convertBodyTo String gives the JSON Stripe sent, with fields the model does not know.
        getCamelContext()
                .getTypeConverterRegistry()
                .addTypeConverter(
                        String.class,
                        StripeObject.class,
                        new SimpleTypeConverter(false, (type, exchange, value) -> json((StripeObject) value)));
    }

    private static String json(StripeObject object) {
        return object.getLastResponse() == null
                ? object.toJson()
                : object.getLastResponse().body();
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        StripeEndpoint endpoint = new StripeEndpoint(uri, this, StripeOperation.of(remaining));
        endpoint.setApiKey(apiKey);
        endpoint.setApiBase(apiBase);
        endpoint.setConnectTimeout(connectTimeout);
        endpoint.setReadTimeout(readTimeout);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    public String getApiKey() {
        return apiKey;
    }

    /** Sets the secret or restricted key of the account; null or empty for none. */
    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public String getApiBase() {
        return apiBase;
    }

    /** Sets scheme, host and port to call instead of Stripe's own; null or empty for Stripe. */
    public void setApiBase(String apiBase) {
        this.apiBase = apiBase;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /** Sets the longest wait for a connection. */
    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Duration getReadTimeout() {
        return readTimeout;
    }

    /** Sets the longest silence while an answer is awaited. */
    public void setReadTimeout(Duration readTimeout) {
        this.readTimeout = readTimeout;
    }

    public StripePace getPace() {
        return pace;
    }

    /** Sets what endpoints with {@code paced=true} wait for before each request; null for none. */
    public void setPace(StripePace pace) {
        this.pace = pace;
    }

    public StripeMeter getMeter() {
        return meter;
    }

    /** Sets who is told of each request; null for nobody. */
    public void setMeter(StripeMeter meter) {
        this.meter = meter;
    }

    public ReadLimits getBounds() {
        return bounds;
    }

    /** Sets how much of an answer is read, and for how long. */
    public void setBounds(ReadLimits bounds) {
        this.bounds = bounds;
    }
}
