package com.ytempire.hub.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ytempire.hub.platform.Problem;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Counting on several nodes: two of them with one database. */
class RequestLimitsIT extends AccountsHubIT {

    @Autowired
    private AccountsSettings settings;

    private final UUID user = UUID.randomUUID();

    private RequestLimits node(int perMinute, int perHour) {
        AccountsSettings few = new AccountsSettings(
                settings.jwtSecretKey(),
                settings.accessToken(),
                settings.refreshToken(),
                settings.refreshGrace(),
                settings.oneUseToken(),
                settings.bcryptStrength(),
                settings.apiKeys(),
                settings.verifyPath(),
                settings.resetPath(),
                settings.logins(),
                settings.mails(),
                new AccountsSettings.Requests(perMinute, perHour, 3),
                settings.idempotency(),
                settings.retention());
        return new RequestLimits(new Tallies(jdbc, SANDBOX.clock()), SANDBOX.clock(), few);
    }

    private boolean passes(RequestLimits node) {
        try {
            node.ofUser(user);
            return true;
        } catch (Problem refused) {
            return false;
        }
    }

    @Test
    void exactlySoManyPassOnTwoNodesAtOnce() {
        RequestLimits one = node(20, 1_000);
        RequestLimits other = node(20, 1_000);
        Callable<Integer> client = () -> {
            int passed = 0;
            for (int i = 0; i < 5; i++) {
                passed += (passes(one) ? 1 : 0) + (passes(other) ? 1 : 0);
            }
            return passed;
        };

        List<Integer> passed = atOnce(6, client);

        assertThat(passed.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
    }

    @Test
    void theHourIsCountedBesideTheMinute() {
        RequestLimits node = node(5, 7);
        for (int i = 0; i < 5; i++) {
            assertThat(passes(node)).isTrue();
        }
        assertThatThrownBy(() -> node.ofUser(user))
                .isInstanceOfSatisfying(
                        Problem.class,
                        refused -> assertThat(refused.retryAfter()).isBetween(1, 60));
        SANDBOX.clock().advance(Duration.ofMinutes(1));
        assertThat(passes(node)).isTrue();
        assertThatThrownBy(() -> node.ofUser(user))
                .isInstanceOfSatisfying(
                        Problem.class,
                        refused -> assertThat(refused.retryAfter()).isBetween(3_400, 3_540));
        SANDBOX.clock().advance(Duration.ofHours(1));
        assertThat(passes(node)).isTrue();
    }
}
