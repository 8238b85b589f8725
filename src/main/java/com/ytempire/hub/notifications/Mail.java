package com.ytempire.hub.notifications;

import java.util.Map;
import java.util.UUID;

/**
 * A mail to a user.
 *
 * @param key of the business event it tells of, for instance {@code welcome:sub_123}; there is one mail a key, ever
 * @param template its name in {@code mail/}, for instance {@code payment-reminder}
 * @param userId whose mail it is; null when nobody has an account
 * @param to the address
 * @param values what the template names; amounts come with their currency
 */
public record Mail(String key, String template, UUID userId, String to, Map<String, Object> values) {}
