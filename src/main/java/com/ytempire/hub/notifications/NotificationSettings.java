package com.ytempire.hub.notifications;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The figures of {@code hub.notifications} in application.yml; each is explained there. */
@ConfigurationProperties("hub.notifications")
record NotificationSettings(
        Duration lease,
        List<Duration> retries,
        Duration refused,
        Breaker breaker,
        MailChannel mail,
        Mixpanel mixpanel,
        Amplitude amplitude,
        WebhookSettings webhooks,
        N8n n8n) {

    /**
     * @param url empty: nobody is told
     * @param secret signs; the first, where several are active
     */
    record N8n(String url, List<String> secret, int batch) {

        boolean isOff() {
            return url.isBlank() || secret.isEmpty();
        }

        @Override
        public String toString() {
            return "n8n at " + url;
        }
    }

    record Breaker(int failures, Duration open) {}

    record MailChannel(
            String apiKey,
            String from,
            int perSecond,
            int batch,
            Duration keep,
            Duration onceWithin,
            String operators,
            String finance,
            String support,
            String team) {

        @Override
        public String toString() {
            return "mail from " + from;
        }
    }

    record Mixpanel(String token, String projectId, int batch, DataSize most, Duration keep, int tries) {
        @Override
        public String toString() {
            return "project " + projectId;
        }
    }

    record Amplitude(String apiKey, int perSecond, int batch, DataSize most, Duration keep) {
        @Override
        public String toString() {
            return "Amplitude";
        }
    }

    /** The credentials of a channel; empty when it is not configured. */
    String credentials(Channel channel) {
        return switch (channel) {
            case MAIL -> mail.apiKey;
            case MIXPANEL -> mixpanel.projectId.isBlank() ? "" : mixpanel.token;
            case AMPLITUDE -> amplitude.apiKey;
            case WEBHOOK -> "each endpoint has its own";
            case N8N -> n8n.isOff() ? "" : n8n.secret.get(0);
        };
    }

    boolean isConfigured(Channel channel) {
        return !credentials(channel).isBlank();
    }

    /** The age at which a message that could not be sent is dropped. */
    Duration keep(Channel channel) {
        return switch (channel) {
            case MAIL -> mail.keep;
            case MIXPANEL -> mixpanel.keep;
            case AMPLITUDE -> amplitude.keep;
            case WEBHOOK, N8N -> webhooks.patience();
        };
    }

    /** The gap after so many failures; the last one repeats. */
    Duration gap(int failures) {
        return retries.get(Math.min(Math.max(failures, 1), retries.size()) - 1);
    }
}
