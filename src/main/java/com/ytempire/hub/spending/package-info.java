/**
 * What the hub pays its vendors for, and the limits no call may pass. By the beginning of a name:
 *
 * <ul>
 *   <li>{@code Spending} is where a paid call begins: reserve, send, settle; {@code Spend…}, {@code Reservation}, {@code
 *       Usage} and {@code Money} say what of, {@code Budget…}, {@code Limits}, {@code Scope} keep it within its limits,
 *       {@code SpendingJanitor} clears what a crash has left
 *   <li>{@code Price…}, {@code Bounds}, {@code Vendor…}: what a call can cost, and what the vendor has counted
 *   <li>{@code Link…}, {@code Provider…}: the links of all chains, their breakers and switches
 * </ul>
 */
package com.ytempire.hub.spending;
