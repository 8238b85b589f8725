package com.ytempire.hub.camel.stripe;

import org.apache.camel.spi.Metadata;

/** Headers of the {@code stripe:} component. */
public final class StripeConstants {

    @Metadata(description = "The operation to perform, instead of the one in the URI", javaType = "String")
    public static final String OPERATION_HEADER = "CamelStripeOperation";

    @Metadata(
            description =
                    "The method to invoke when the URI names none (create, retrieve, update, delete, list, search,"
                            + " cancel, capture, confirm, finalize, pay, void, ...); create without one",
            javaType = "String")
    public static final String METHOD_HEADER = "CamelStripeMethod";

    @Metadata(description = "The ID of the object the method works on", javaType = "String")
    public static final String OBJECT_ID = "CamelStripeObjectId";

    /** Sent with POST only: Stripe ignores it elsewhere. At most 255 characters, kept by Stripe for 24 hours. */
    @Metadata(
            description = "Idempotency key of a call that changes something; without one the component makes one that"
                    + " stays the same when the step is redelivered",
            javaType = "String")
    public static final String IDEMPOTENCY_KEY = "CamelStripeIdempotencyKey";

    @Metadata(description = "The connected account to act for", javaType = "String")
    public static final String ACCOUNT = "CamelStripeAccount";

    /** The model classes fit the library's own version; read another version's answer as JSON. */
    @Metadata(description = "API version instead of the library's", javaType = "String")
    public static final String API_VERSION = "CamelStripeApiVersion";

    @Metadata(description = "Fields to expand, as a list or separated by commas", javaType = "Object")
    public static final String EXPAND = "CamelStripeExpand";

    @Metadata(description = "Connect time-out of this call", javaType = "java.time.Duration")
    public static final String CONNECT_TIMEOUT = "CamelStripeConnectTimeout";

    @Metadata(description = "Read time-out of this call", javaType = "java.time.Duration")
    public static final String READ_TIMEOUT = "CamelStripeReadTimeout";

    /** Set by the component: the vendor's clock when it answered. Missing when the answer had no date. */
    @Metadata(description = "Date of the answer, from the component", javaType = "java.time.Instant")
    public static final String DATE = "CamelStripeDate";

    @Metadata(description = "Stripe's id of the request, from the component", javaType = "String")
    public static final String REQUEST_ID = "CamelStripeRequestId";

    private StripeConstants() {}
}
