package com.ytempire.hub.camel.stripe;

import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Interact with the Stripe payment platform: one kind of object of one account. */
@UriEndpoint(
        firstVersion = "4.17.0",
        scheme = "stripe",
        title = "Stripe",
        syntax = "stripe:operation",
        producerOnly = true,
        category = {Category.SAAS, Category.FINANCE},
        headersClass = StripeConstants.class)
public class StripeEndpoint extends DefaultEndpoint {

    @UriPath(description = "The Stripe operation to perform")
    @Metadata(required = true)
    private final StripeOperation operation;

    @UriParam(label = "security", secret = true, description = "The Stripe API key for authentication")
    private String apiKey;

    @UriParam(label = "advanced", description = "Override the default Stripe API base URL (for testing purposes)")
    private String apiBase;

    @UriParam(description = "The method to invoke; without one the header CamelStripeMethod decides")
    private String method;

    @UriParam(description = "Whether list and search read all pages, one by one as the body is iterated over")
    private boolean autoPaging;

    @UriParam(description = "With autoPaging, the most objects to give; 0 for all")
    private long maxResults;

    @UriParam(description = "Whether each request, each page of autoPaging too, waits for the component's pace")
    private boolean paced;

    @UriParam(label = "advanced", defaultValue = "5s", description = "Longest wait for a connection")
    private Duration connectTimeout = StripeComponent.CONNECT_TIMEOUT;

    @UriParam(label = "advanced", defaultValue = "20s", description = "Longest silence while an answer is awaited")
    private Duration readTimeout = StripeComponent.READ_TIMEOUT;

    private StripeGateway gateway;

    StripeEndpoint(String uri, StripeComponent component, StripeOperation operation) {
        super(uri, component);
        this.operation = operation;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (method != null) {
            operation.method(method);
        }
        if (paced && getComponent(StripeComponent.class).getPace() == null) {
            throw new IllegalArgumentException("paced needs a pace at the component");
        }
        if (apiKey != null && !apiKey.isBlank()) {
            StripeComponent component = getComponent(StripeComponent.class);
            gateway = new StripeGateway(
                    apiKey, apiBase, connectTimeout, readTimeout, component.getMeter(), component.getBounds());
        }
    }

    /**
     * The client of this endpoint's account, for what the component has no operation for.
     *
     * @throws StripeNotConfigured when there is no key
     */
    public StripeGateway getGateway() {
        if (gateway == null) {
            throw new StripeNotConfigured();
        }
        return gateway;
    }

    @Override
    public Producer createProducer() {
        return new StripeProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "The stripe component has no consumer: Stripe's events come by webhook");
    }

    public StripeOperation getOperation() {
        return operation;
    }

    public String getApiKey() {
        return apiKey;
    }

    /** Sets the secret or restricted key of the account, instead of the component's. */
    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public String getApiBase() {
        return apiBase;
    }

    /** Sets scheme, host and port to call, instead of the component's. */
    public void setApiBase(String apiBase) {
        this.apiBase = apiBase;
    }

    public String getMethod() {
        return method;
    }

    /** Sets the method for good: no header of an earlier step can change it. */
    public void setMethod(String method) {
        this.method = method;
    }

    public boolean isAutoPaging() {
        return autoPaging;
    }

    /** Sets whether list and search give the objects of all pages instead of one page. */
    public void setAutoPaging(boolean autoPaging) {
        this.autoPaging = autoPaging;
    }

    public long getMaxResults() {
        return maxResults;
    }

    /** Sets the most objects all pages together give; 0 for all. */
    public void setMaxResults(long maxResults) {
        this.maxResults = maxResults;
    }

    public boolean isPaced() {
        return paced;
    }

    /** Sets whether requests wait for their turn: for work in mass, not where a person waits. */
    public void setPaced(boolean paced) {
        this.paced = paced;
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
}
