package com.ytempire.hub.platform;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Where the hub's own keys come from: 32 bytes in base64, given by the environment; while one is followed by another,
 * several by comma, of which the first is used for what is new. A key nobody gave is made once and kept in the data
 * folder, but only beside the embedded database: hubs that share a database must share their keys.
 */
public final class KeySource {

    private static final int KEY_BYTES = 32;

    private final Optional<DataFolder> keeper;

    private KeySource(Optional<DataFolder> keeper) {
        this.keeper = keeper;
    }

    /** For a hub that has its database to itself: missing keys are made and kept in the folder. */
    public static KeySource keptIn(DataFolder folder) {
        return new KeySource(Optional.of(folder));
    }

    /** For a hub whose database may have other hubs: every key must be given. */
    public static KeySource given() {
        return new KeySource(Optional.empty());
    }

    /**
     * @param name the environment variable, for messages and the secrets file
     * @param value what it holds; null or blank when it is not set
     * @return 32 bytes each, at least one, the newest first
     * @throws StartRefused when a value is no base64 of exactly 32 bytes, or is missing and must not be made
     */
    public List<byte[]> keys(String name, String value) {
        if (value != null && !value.isBlank()) {
            return decode(name, value);
        }
        return keeper.map(folder -> decode(name, folder.secret(name, KeySource::make)))
                .orElseThrow(() -> new StartRefused(
                        name + " is not set. With a database of its own choice (spring.datasource.url) the hub makes no"
                                + " key itself, for all hubs on that database need the same one.",
                        howTo(name)));
    }

    private static List<byte[]> decode(String name, String values) {
        return Arrays.stream(values.split(",", -1))
                .map(value -> decodeOne(name, value.strip()))
                .toList();
    }

    private static byte[] decodeOne(String name, String value) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new StartRefused(name + " is not base64.", howTo(name));
        }
        if (key.length != KEY_BYTES) {
            throw new StartRefused(
                    name + " has " + key.length + " bytes; it must have exactly " + KEY_BYTES + ".", howTo(name));
        }
        return key;
    }

    private static String howTo(String name) {
        return "Set " + name + " to 32 random bytes in base64, for instance what `openssl rand -base64 32` prints.";
    }

    private static String make() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
