/**
 * Money at Stripe, and what it entitles to. By the beginning of a name:
 *
 * <ul>
 *   <li>{@code Mirror…}, {@code Stripe…}, {@code OrderingGuard}: Stripe's objects as last told or fetched, and in which
 *       order they are believed; {@code MirrorSync}, {@code SubscriptionSweep} fill and check the mirror
 *   <li>{@code Command…}: what costs money is a row first, then a call, then settled; the same rows are the offline queue
 *   <li>{@code Buying}, {@code Checkouts}, {@code Payments}, {@code PaymentMethods}, {@code Customers},
 *       {@code Subscription…}: what a customer may do
 *   <li>{@code Refund…}, {@code Disputes}: money that goes back
 *   <li>{@code Dunning…}: money that is late, with one owner
 *   <li>{@code Credit…}: what was bought in advance; a ledger that is only added to
 *   <li>{@code Plan…}: what a subscription entitles to
 *   <li>{@code Revenue…}, {@code MrrLedger}, {@code BillingFigures}: what came in
 *   <li>{@code History}, {@code StateHistory}: who changed what, before and after
 * </ul>
 */
package com.ytempire.hub.billing;
