package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Accounts;
import com.ytempire.hub.notifications.AnalyticsEvent;
import com.ytempire.hub.notifications.Mail;
import com.ytempire.hub.notifications.Outbox;
import com.ytempire.hub.platform.Amounts;
import com.ytempire.hub.platform.PublicAddress;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Mails about a user's money, to the address of his account; a closed account gets none. */
@Component
class UserMails {

    /** The currency of our prices; subscriptions of before 2022 do not name theirs. */
    private static final String PRICED_IN = "usd";

    private final Accounts accounts;
    private final Outbox outbox;
    private final PublicAddress address;
    private final String cardPage;
    private final ZoneId zone;

    UserMails(
            Accounts accounts,
            Outbox outbox,
            PublicAddress address,
            @Value("${hub.zone}") ZoneId zone,
            @Value("${hub.billing.card-page}") String cardPage) {
        this.accounts = accounts;
        this.outbox = outbox;
        this.address = address;
        this.cardPage = cardPage;
        this.zone = zone;
    }

    /**
     * Adds the user's name and the page of his card.
     *
     * @param key of the business event: one mail a key, ever
     */
    void send(String key, String template, UUID user, Map<String, Object> values) {
        mail(key, template, user, values).ifPresent(outbox::mail);
    }

    /** {@link #send}, and tells analytics of the same; who gets no mail is counted as well. */
    void sendAndTrack(String key, String template, AnalyticsEvent event, Map<String, Object> values) {
        mail(key, template, event.userId(), values)
                .ifPresentOrElse(mail -> outbox.mailAndTrack(mail, event), () -> outbox.track(event));
    }

    private Optional<Mail> mail(String key, String template, UUID user, Map<String, Object> values) {
        return accounts.find(user)
                .filter(account -> account.closedAt() == null && account.email() != null)
                .map(account -> {
                    Map<String, Object> all = new LinkedHashMap<>();
                    all.put("name", account.name());
                    all.put("card_page", cardPage());
                    all.putAll(values);
                    return new Mail(key, template, user, account.email(), all);
                });
    }

    String cardPage() {
        return cardPage.startsWith("/") ? address.of(cardPage) : cardPage;
    }

    /** A day in {@code hub.zone}, as mails take it; null for none. */
    String day(Instant time) {
        return time == null ? null : LocalDate.ofInstant(time, zone).toString();
    }

    /** An amount as mails take it, who write it out with its currency. */
    static Map<String, Object> amount(long amount, String currency) {
        return Map.of("amount", amount, "currency", currency == null ? PRICED_IN : currency);
    }

    /** An amount with its currency, where text is wanted: {@code 297.00 USD}, {@code 500 JPY}. */
    static String money(long amount, String currency) {
        return Amounts.text(amount, currency == null ? PRICED_IN : currency);
    }
}
