/**
 * Channels and what is put on them. By the beginning of a name:
 *
 * <ul>
 *   <li>{@code Channel…}, {@code Choice}: the pool, its scores, its health, who owns what
 *   <li>{@code Consent…}, {@code Connections}, {@code Oauth…}: how a channel is connected
 *   <li>{@code Quota…}: the ledger by project, bucket and Pacific day, and by channel and 24 hours
 *   <li>{@code Upload…}: from the order to the processed video; {@code Uploads} is where it begins
 *   <li>{@code Subscription…}, {@code Feed…}, {@code Hub…}: WebSub notices, and the feeds behind them
 * </ul>
 */
package com.ytempire.hub.youtube;
