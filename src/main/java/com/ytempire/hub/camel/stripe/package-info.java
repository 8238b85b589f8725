/**
 * The {@code stripe:} component: Stripe's API as a Camel producer, one client per endpoint.
 *
 * <p>Its URI, options and headers are those of {@code camel-stripe} (Camel 4.17 and later), with more operations,
 * methods and headers.
 */
package com.ytempire.hub.camel.stripe;
