package com.ytempire.hub.media;

import java.time.Instant;
import java.util.UUID;

/**
 * A clip or photo that a video is to use.
 *
 * @param assetId as a search told it
 * @param size of a bought file as the vendor names sizes; null for the usual one
 * @param video that uses it, by its id
 * @param owner for whom; null for the fleet
 * @param deadline after it nothing is waited for any more
 */
public record LicenceRequest(String assetId, String size, String video, UUID owner, Instant deadline) {}
