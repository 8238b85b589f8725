package com.ytempire.hub.platform;

import java.util.function.UnaryOperator;

/**
 * Where an area keeps texts sealed by the {@link Vault}: it registers a bean for each column, so that they can be sealed
 * again when the key is another one.
 *
 * @param table with its schema
 * @param column the sealed text, null, or what is no secret and not sealed
 * @param of SQL expression for what the row is about, as text
 * @param context what {@link Vault#seal} was given, for that
 */
public record SealedColumn(String table, String column, String of, UnaryOperator<String> context) {}
