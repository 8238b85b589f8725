package com.ytempire.hub.sandbox;

import java.net.URI;
import java.time.Instant;

/**
 * Someone who is told of a channel's videos.
 *
 * @param secret null when none was given: then pushes are not signed
 * @param until end of the lease, by the sandbox's clock
 */
public record WebSubSubscription(String channelId, String topic, URI callback, String secret, Instant until) {}
