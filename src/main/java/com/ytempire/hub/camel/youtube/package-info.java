/**
 * The {@code google-youtube:} component: YouTube's Data and Analytics APIs as a Camel producer, one client per channel.
 *
 * <p>Its URIs, options and headers follow Camel's components for Google's APIs ({@code google-drive:} and others).
 * {@code upload/start}, {@code upload/status} and {@code upload/chunk} are the steps of one resumable upload, so that a
 * caller can store how far it got between them.
 */
package com.ytempire.hub.camel.youtube;
