package com.ytempire.hub.notifications;

import com.ytempire.hub.notifications.Notice.Audience;
import com.ytempire.hub.platform.Changeable;
import com.ytempire.hub.platform.ChangeableSource;
import com.ytempire.hub.platform.ChangedSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Where people of our own are told: as set, unless an operator has changed it. */
@Component
@Order(20)
class Recipients implements ChangeableSource {

    private final NotificationSettings.MailChannel settings;
    private final ChangedSettings changed;

    Recipients(NotificationSettings settings, ChangedSettings changed) {
        this.settings = settings.mail();
        this.changed = changed;
    }

    /** Who has no address of his own shares the operators'. */
    List<String> of(Audience audience) {
        List<String> own = addresses(audience);
        return own.isEmpty() ? addresses(Audience.OPERATORS) : own;
    }

    private List<String> addresses(Audience audience) {
        return Arrays.stream(
                        changed.changed(name(audience)).orElse(usual(audience)).split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
    }

    private String usual(Audience audience) {
        return switch (audience) {
            case OPERATORS -> settings.operators();
            case FINANCE -> settings.finance();
            case SUPPORT -> settings.support();
            case TEAM -> settings.team();
        };
    }

    private static String name(Audience audience) {
        return "mail-" + audience.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Changeable> changeables() {
        return List.of(
                setting(Audience.OPERATORS, "Who runs the hub: alerts, checks"),
                setting(Audience.FINANCE, "Finance: disputes, stuck payments; none: operators"),
                setting(Audience.SUPPORT, "Support: customers who wait; none: operators"),
                setting(Audience.TEAM, "Team: good news; none: operators"));
    }

    private Changeable setting(Audience audience, String title) {
        return Changeable.mails(name(audience), "People", title, usual(audience));
    }
}
