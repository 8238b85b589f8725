/**
 * Users and operators: who they are, how they prove it, and what they may ask of the hub. By what it is about:
 *
 * <ul>
 *   <li>having an account: {@code Registrations}, {@code Accounts}, {@code Profiles}; mails' links: {@code OneUseTokens}
 *   <li>coming in: {@code Login…}, {@code Passwords}, {@code Sessions}, {@code Tokens}, {@code ApiKeys}; {@code TokenLogin}
 *       looks at each request, {@code UserAccess} says what is for users
 *   <li>doors: {@code …Controller}
 *   <li>asking: {@code Caller} and {@code Client} for controllers, {@code RequestLimits}, {@code KeyedRequests}
 *   <li>what areas register beans for: {@code AccountChange}, {@code AccountClosing}, {@code AccountExport}, {@code
 *       Entitlements}
 * </ul>
 */
package com.ytempire.hub.accounts;
