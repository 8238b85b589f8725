package com.ytempire.hub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ytempire.hub.HubIT;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;

/** What an operator changes on one node holds on the others, and a secret is read under its own key only. */
class ChangedSettingsIT extends HubIT {

    @Autowired
    private ChangedSettings here;

    @Autowired
    private ObjectProvider<ChangeableSource> sources;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private Vault vault;

    @Autowired
    private Clock clock;

    private ChangedSettings node(Vault key) {
        return new ChangedSettings(sources, jdbc, transactions, key, clock);
    }

    @Test
    void aChangeHoldsOnTheOtherNodeWithinSeconds_andSoDoesItsEnd() {
        ChangedSettings there = node(vault);
        assertThat(there.changed("least-calls")).isEmpty();

        here.change("least-calls", "21", OPERATOR);
        await().atMost(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(there.changed("least-calls")).contains("21"));
        here.change("least-calls", "", OPERATOR);
        await().atMost(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(there.changed("least-calls")).isEmpty());
        assertThat(here.onceSetTo("21")).contains("least-calls");
    }

    @Test
    void aSecretSealedUnderAnotherKeyIsNone_andTheUsualOneHolds() {
        String secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
        here.change("alerts-webhook-secret", secret, OPERATOR);

        assertThat(here.changedSecret("alerts-webhook-secret")).contains(secret);
        assertThat(node(new Vault(new byte[Vault.KEY_BYTES])).changedSecret("alerts-webhook-secret"))
                .isEmpty();

        here.change("alerts-webhook-secret", null, OPERATOR);
        assertThat(here.changedSecret("alerts-webhook-secret")).isEmpty();
    }
}
