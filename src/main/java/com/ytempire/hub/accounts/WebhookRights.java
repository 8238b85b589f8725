package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.WebhookReceivers;
import com.ytempire.hub.platform.Problem;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Outgoing webhooks are for those whose plan grants {@code custom_integrations}. */
@Component
class WebhookRights implements WebhookReceivers {

    private static final String FEATURE = "custom_integrations";

    private final ObjectProvider<Entitlements> entitlements;
    private final Accounts accounts;

    WebhookRights(ObjectProvider<Entitlements> entitlements, Accounts accounts) {
        this.entitlements = entitlements;
        this.accounts = accounts;
    }

    @Override
    public boolean mayReceive(UUID userId) {
        Entitlements plans = entitlements.getIfAvailable();
        return plans != null && plans.grants(userId, FEATURE);
    }

    @Override
    public Optional<String> mailOf(UUID userId) {
        return accounts.find(userId)
                .filter(account -> account.closedAt() == null)
                .map(Account::email);
    }

    /** @throws Problem 403 {@code feature_not_in_plan} */
    void check(UUID userId) {
        if (!mayReceive(userId)) {
            throw new Problem(HttpStatus.FORBIDDEN, "feature_not_in_plan", "Your plan does not include " + FEATURE);
        }
    }
}
