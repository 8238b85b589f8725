package com.ytempire.hub.operations;

import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.platform.ChangedSettings.Setting;
import com.ytempire.hub.spending.Prices;
import com.ytempire.hub.spending.SpendingFigures;
import com.ytempire.hub.spending.SpendingFigures.LimitSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** All an operator can change without a restart, arranged for a page. */
@Component
class SettingsView {

    private static final String PLANS = "Plans";

    private final ChangedSettings settings;
    private final Prices prices;
    private final SpendingFigures spending;

    SettingsView(ChangedSettings settings, Prices prices, SpendingFigures spending) {
        this.settings = settings;
        this.prices = prices;
        this.spending = spending;
    }

    /**
     * The page.
     *
     * @param plans their names, in the order they are offered
     * @param retired those that are not sold any more
     * @param terms a line of the table of plans each
     */
    record View(
            List<String> plans,
            List<String> retired,
            List<Term> terms,
            List<Group> groups,
            List<Prices.Listed> prices,
            List<LimitSetting> limits) {}

    /** @param ofPlans in the order of the plans */
    record Term(String title, List<Setting> ofPlans) {}

    record Group(String title, String id, List<Setting> settings) {}

    View view() {
        Map<String, List<Setting>> groups = new LinkedHashMap<>();
        settings.all()
                .forEach(setting -> groups.computeIfAbsent(setting.group(), title -> new ArrayList<>())
                        .add(setting));
        List<Setting> ofPlans = groups.getOrDefault(PLANS, List.of());
        groups.remove(PLANS);
        List<String> plans =
                ofPlans.stream().map(setting -> part(setting, 1)).distinct().toList();
        Map<String, List<Setting>> terms = new LinkedHashMap<>();
        ofPlans.stream()
                .filter(setting -> !isWhetherSold(setting))
                .forEach(setting -> terms.computeIfAbsent(part(setting, 2), what -> new ArrayList<>())
                        .add(setting));
        return new View(
                plans,
                ofPlans.stream()
                        .filter(setting -> isWhetherSold(setting) && !Boolean.parseBoolean(setting.value()))
                        .map(setting -> part(setting, 1))
                        .toList(),
                terms.values().stream()
                        .map(each -> new Term(titleOf(each.get(0)), each))
                        .toList(),
                groups.entrySet().stream()
                        .map(group ->
                                new Group(group.getKey(), group.getKey().toLowerCase(Locale.ROOT), group.getValue()))
                        .toList(),
                prices.all(),
                spending.limitSettings());
    }

    /** Is changed by actions of its own. */
    private static boolean isWhetherSold(Setting setting) {
        return part(setting, 2).equals("sold");
    }

    /** {@code plan.starter.price}: plan, its name, what of it. */
    private static String part(Setting setting, int number) {
        return setting.name().split("\\.", 3)[number];
    }

    /** What follows the name of the plan. */
    private static String titleOf(Setting setting) {
        String title = setting.title().substring(setting.title().indexOf(": ") + 2);
        return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }
}
