package com.ytempire.hub.media;

/**
 * What became of a link.
 *
 * @param outcome answered, cached, passed_over or failed
 * @param reason why it gave nothing; null when it answered
 * @param tries how often it was called
 * @param found how many of the items are its
 */
public record StockLink(String link, String outcome, String reason, int tries, int found) {}
