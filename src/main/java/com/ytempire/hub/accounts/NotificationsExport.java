package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.EventLog;
import com.ytempire.hub.notifications.MailLog;
import com.ytempire.hub.notifications.WebhookEndpoints;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What a user was told of, where, and what is recorded of him, for the export of his account. */
@Component
class NotificationsExport implements AccountExport {

    private final MailLog mails;
    private final EventLog events;
    private final WebhookEndpoints endpoints;

    NotificationsExport(MailLog mails, EventLog events, WebhookEndpoints endpoints) {
        this.mails = mails;
        this.events = events;
        this.endpoints = endpoints;
    }

    @Override
    public String section() {
        return "notifications";
    }

    @Override
    public Object of(UUID userId) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("mails", mails.of(userId));
        section.put("events", events.of(userId));
        section.put("webhooks", endpoints.list(userId));
        return section;
    }
}
