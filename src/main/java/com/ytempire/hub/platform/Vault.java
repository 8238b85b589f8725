package com.ytempire.hub.platform;

/** STUB */
public final class Vault {
    public String seal(String context, String plain) {
        return plain;
    }

    public String open(String context, String sealed) {
        return sealed;
    }
}
