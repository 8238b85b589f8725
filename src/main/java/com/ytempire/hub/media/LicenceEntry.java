package com.ytempire.hub.media;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A line of the licence ledger: this video uses this asset.
 *
 * @param size as the vendor names sizes; {@code original} of what is free
 * @param licence its name
 * @param cost US dollars the asset was bought for, once for all videos
 * @param url of the file; of a bought one good until {@code urlUntil} and renewed by asking for the licence again
 * @param credit what the description of the video has to say
 */
public record LicenceEntry(
        String assetId,
        String size,
        String type,
        String provider,
        String video,
        String licence,
        String author,
        String page,
        BigDecimal cost,
        String currency,
        String url,
        Instant urlUntil,
        String credit,
        Instant boughtAt,
        Instant usedAt) {}
