package com.ytempire.hub.content;

/**
 * What became of a link.
 *
 * @param outcome answered, passed_over or failed
 * @param reason why it did not answer; null when it did
 * @param tries how often it was called
 */
public record PassedOver(String link, String outcome, String reason, int tries) {}
