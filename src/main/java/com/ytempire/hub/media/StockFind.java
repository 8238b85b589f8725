package com.ytempire.hub.media;

/**
 * A clip or a photo as a vendor describes it.
 *
 * @param id the vendor's
 * @param duration seconds; null for a photo
 */
record StockFind(
        String id,
        String url,
        String thumbnail,
        Integer duration,
        Integer width,
        Integer height,
        String author,
        String page) {}
