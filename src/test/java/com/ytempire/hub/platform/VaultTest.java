package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class VaultTest {

    private static final String CONTEXT = "webhooks.secret/17";
    private static final String SECRET = "whsec_ü_äöß_✓";

    private final Vault vault = new Vault(key(1));

    @Test
    void opensWhatItSealed() {
        assertThat(vault.open(CONTEXT, vault.seal(CONTEXT, SECRET))).isEqualTo(SECRET);
        assertThat(vault.open(CONTEXT, vault.seal(CONTEXT, ""))).isEmpty();
    }

    @Test
    void opensAfterARestartWithTheSameKey() {
        assertThat(new Vault(key(1)).open(CONTEXT, vault.seal(CONTEXT, SECRET))).isEqualTo(SECRET);
    }

    @Test
    void sealsTheSameTextDifferentlyEachTime() {
        assertThat(vault.seal(CONTEXT, SECRET)).isNotEqualTo(vault.seal(CONTEXT, SECRET));
    }

    @Test
    void aSealedTextDoesNotOpenElsewhere() {
        String sealed = vault.seal(CONTEXT, SECRET);

        assertThatThrownBy(() -> vault.open("webhooks.secret/18", sealed)).isInstanceOf(Vault.Unreadable.class);
    }

    @Test
    void anotherKeyIsNamedAsTheCause() {
        String sealed = vault.seal(CONTEXT, SECRET);

        assertThatThrownBy(() -> new Vault(key(2)).open(CONTEXT, sealed))
                .isInstanceOf(Vault.Unreadable.class)
                .hasMessageContaining("HUB_ENCRYPTION_KEY");
    }

    @Test
    void ofSeveralKeysTheFirstSealsAndAllOpen() {
        String sealed = vault.seal(CONTEXT, SECRET);
        Vault both = new Vault(List.of(key(2), key(1)));

        assertThat(both.open(CONTEXT, sealed)).isEqualTo(SECRET);
        assertThat(new Vault(key(2)).open(CONTEXT, both.seal(CONTEXT, SECRET))).isEqualTo(SECRET);
        assertThatThrownBy(() -> vault.open(CONTEXT, both.seal(CONTEXT, SECRET)))
                .isInstanceOf(Vault.Unreadable.class);
        assertThat(sealed).doesNotStartWith(both.sealedNow());
    }

    @Test
    void everyChangedByteIsNoticed() {
        String[] parts = vault.seal(CONTEXT, SECRET).split("\\.");
        byte[] bytes = Base64.getUrlDecoder().decode(parts[2]);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            String sealed = parts[0] + "." + parts[1] + "." + encode(changed);
            assertThatThrownBy(() -> vault.open(CONTEXT, sealed))
                    .isInstanceOf(Vault.Unreadable.class)
                    .hasMessageNotContaining(SECRET);
        }
    }

    @Test
    void whatIsNoSealedTextIsRefusedAsSuch() {
        String id = vault.seal(CONTEXT, SECRET).split("\\.")[1];
        for (String text :
                new String[] {"", "plain", "v1.", "v2." + id + ".AAAA", "v1." + id + ".AAAA", "v1." + id + ".%%"}) {
            assertThatThrownBy(() -> vault.open(CONTEXT, text)).isInstanceOf(Vault.Unreadable.class);
        }
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new Vault(new byte[16])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Vault(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[Vault.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
