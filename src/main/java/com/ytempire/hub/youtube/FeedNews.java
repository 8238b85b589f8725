package com.ytempire.hub.youtube;

/**
 * What a feed tells that the hub did not know.
 *
 * @param any whether there is something new in it
 * @param missed how many changes the WebSub hub should have pushed by now and did not
 */
record FeedNews(boolean any, int missed) {}
