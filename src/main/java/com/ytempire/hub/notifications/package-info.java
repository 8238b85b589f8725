/**
 * What leaves the hub for people and for analytics, by way of one outbox. By the beginning of a name:
 *
 * <ul>
 *   <li>{@code Outbox…}: what is to leave is written there, in the transaction of what it tells of; {@code Channels}, {@code
 *       SendingPace}, {@code Verdict}: when it leaves, and what an answer means for it
 *   <li>{@code Mail…}, {@code Resend…}, {@code Preferences}, {@code BlockedAddresses}: mails to users; {@code Notice},
 *       {@code Recipients}: to people of our own
 *   <li>{@code Event…}, {@code Batch…}, {@code Mixpanel…}, {@code Amplitude…}: what analytics hear
 *   <li>{@code Webhook…}: users' own endpoints; {@code N8nQueue}: our workflow
 * </ul>
 */
package com.ytempire.hub.notifications;
