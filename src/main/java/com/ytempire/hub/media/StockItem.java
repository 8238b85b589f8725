package com.ytempire.hub.media;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.ytempire.hub.media.StockRequest.Type;

/**
 * A clip or a photo.
 *
 * @param id of the hub, like {@code pexels_123}; photos have {@code pexels_photo_123}
 * @param url of the file; of a paid asset a preview with a watermark until it is licensed
 * @param thumbnail null when the vendor has none
 * @param duration seconds; null for a photo
 * @param width pixels of the file; null when the vendor does not tell, as is {@code height}
 * @param licence its name
 * @param page where the vendor shows it, and where viewers are sent
 * @param paid whether it has to be bought by {@code POST /api/v1/media/licences} before it is used
 */
public record StockItem(
        String id,
        @JsonIgnore Type type,
        String provider,
        @JsonIgnore String vendorId,
        String url,
        String thumbnail,
        Integer duration,
        Integer width,
        Integer height,
        String author,
        String licence,
        String page,
        boolean paid) {}
