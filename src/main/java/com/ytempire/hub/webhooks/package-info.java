/**
 * What services tell the hub: taken in, stored once, worked on in order. On an event's way:
 *
 * <ul>
 *   <li>in: {@code RawRequestFilter} leaves bytes and a few headers, {@code DeliveryReader} takes them, {@code SignatureCheck}
 *       and {@code OriginCheck} let in what is proven, {@code EventReader} reads it, {@code EventStore} and {@code
 *       EventWriter} keep it, many in one commit
 *   <li>at work: {@code WorkClaims} takes what is due, {@code EventRouter} says who handles it ({@code EventHandler}),
 *       {@code WorkLedger} and {@code WorkFailures} write down how it ended
 *   <li>afterwards: {@code DeadLetters}, {@code Replay…}, {@code Retention}, {@code EventStories}
 *   <li>of the hub's own doing: {@code CommandMark}
 *   <li>what did not come: {@code StripeReconciliation}
 *   <li>doors: {@code Endpoint…}, {@code BadSignatures}
 * </ul>
 */
package com.ytempire.hub.webhooks;
