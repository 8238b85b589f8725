package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.Mail;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.PublicAddress;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * The mails about an account. The token of a link stands behind its {@code #}, which a browser keeps to itself: it comes
 * into no server's log.
 */
@Component
class AccountMails {

    private final Outbox outbox;
    private final PublicAddress address;
    private final Clock clock;
    private final AccountsSettings settings;

    AccountMails(Outbox outbox, PublicAddress address, Clock clock, AccountsSettings settings) {
        this.outbox = outbox;
        this.address = address;
        this.clock = clock;
        this.settings = settings;
    }

    /** To prove an address, at the registration or for a change. */
    void verify(UUID user, String to, String name, OneUseTokens.Made token) {
        link("verify-email", user, to, name, settings.verifyPath(), token);
    }

    void reset(UUID user, String to, String name, OneUseTokens.Made token) {
        link("reset-password", user, to, name, settings.resetPath(), token);
    }

    private void link(String template, UUID user, String to, String name, String path, OneUseTokens.Made token) {
        Map<String, Object> values = values(name);
        values.put("link", address.of(path + "#token=" + token.token()));
        values.put("valid_minutes", settings.oneUseToken().toMinutes());
        outbox.mail(new Mail(template + ":" + token.id(), template, user, to, values));
    }

    /** Somebody registered with the address of an account that exists; only its owner is told. */
    void exists(UUID user, String to, String name, UUID attempt) {
        Map<String, Object> values = values(name);
        values.put("link", address.of(settings.resetPath()));
        outbox.mail(new Mail("account-exists:" + attempt, "account-exists", user, to, values));
    }

    void passwordChanged(UUID user, String to, String name) {
        String template = "password-changed";
        outbox.mail(new Mail(template + ":" + UUID.randomUUID(), template, user, to, changed(name)));
    }

    /** @param to the address it was: its owner may not have wanted this */
    void emailChanged(UUID user, String to, String name) {
        String template = "email-changed";
        outbox.mail(new Mail(template + ":" + UUID.randomUUID(), template, user, to, changed(name)));
    }

    private Map<String, Object> changed(String name) {
        Map<String, Object> values = values(name);
        values.put("at", clock.instant().toString());
        return values;
    }

    private static Map<String, Object> values(String name) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", name == null ? "" : name);
        return values;
    }
}
