package com.ytempire.hub.operations;

import com.ytempire.hub.platform.ChangedSettings;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.spending.Prices;
import com.ytempire.hub.spending.SpendingFigures;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What changes without a restart: limits, prices, settings. Each form begins with what holds now, so that no address has to
 * bring a value along: some are people's mail addresses, and nobody may put one into an operator's mouth.
 */
@Component
@org.springframework.core.annotation.Order(50)
class SettingActions implements ActionList {

    private static final Function<String, String> TO_PRICES = target -> "/operations/settings#prices";
    private static final Field LIMIT = new Field("amount", "US dollars", "text", false, "");
    private static final Field PRICE = new Field("amount", "US dollars", "text", true, "");
    private static final Field FROM = new Field("from", "From, a day of UTC", "date", true, "");
    private static final Field VALUE = new Field("value", "Value", "text", false, "");

    private final ChangedSettings settings;
    private final SpendingFigures spending;
    private final Prices prices;
    private final Clock clock;

    SettingActions(ChangedSettings settings, SpendingFigures spending, Prices prices, Clock clock) {
        this.settings = settings;
        this.spending = spending;
        this.prices = prices;
        this.clock = clock;
    }

    @Override
    public List<OperatorAction> actions() {
        return List.of(
                new OperatorAction(
                        "limit.change",
                        "Change this limit",
                        "limit",
                        target -> "The limit " + target
                                + " holds for the next paid call on every node. Empty brings back what stands in the"
                                + " hub's settings.",
                        List.of(LIMIT),
                        target -> List.of(LIMIT.beginning(plain(limit(target)))),
                        target -> "/operations/settings#limits",
                        this::changeLimit),
                new OperatorAction(
                        "price.change",
                        "Change this price",
                        "price",
                        target -> target
                                + " costs this from the day on, for what is paid for then, on every node. What was"
                                + " booked stays as it is.",
                        List.of(FROM, PRICE),
                        target -> List.of(
                                FROM.beginning(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)
                                        .toString()),
                                PRICE.beginning(plain(price(target)))),
                        TO_PRICES,
                        order ->
                                changePrice(order.target(), order.value("from"), amount(order.value("amount")), order)),
                new OperatorAction(
                        "price.back",
                        "Take back this price",
                        "term",
                        target -> "What was set as " + String.join(" from ", target.split("/", 2))
                                + " on does not hold any more. What was booked stays as it is.",
                        List.of(),
                        TO_PRICES,
                        this::takeBack),
                new OperatorAction(
                        "setting.change",
                        "Change this setting",
                        "setting",
                        target -> target
                                + " holds on every node within a second. Empty brings back what stands in the hub's"
                                + " settings.",
                        List.of(VALUE),
                        target -> List.of(value(target)),
                        target ->
                                "/operations/settings#" + settings.find(target).anchor(),
                        this::changeSetting));
    }

    private BigDecimal limit(String name) {
        return spending.allLimits().get(name);
    }

    private BigDecimal price(String name) {
        return prices.all().stream()
                .filter(price -> price.name().equals(name))
                .map(Prices.Listed::now)
                .findFirst()
                .orElse(null);
    }

    private static String plain(BigDecimal amount) {
        return amount == null ? "" : amount.stripTrailingZeros().toPlainString();
    }

    /** A secret is asked for as one, and not shown. */
    private Field value(String name) {
        ChangedSettings.Setting setting = settings.setting(name);
        return setting.secret()
                ? new Field(VALUE.name(), VALUE.label(), "password", VALUE.needed(), "")
                : VALUE.beginning(setting.value());
    }

    private String changeLimit(Order order) {
        String amount = order.value("amount");
        spending.changeLimit(order.target(), amount.isEmpty() ? null : amount(amount), order.operator());
        return order.target() + " is $" + plain(limit(order.target())) + " now";
    }

    /** @param amount null takes back what was set for that day */
    private String changePrice(String name, String from, BigDecimal amount, Order order) {
        Prices.Listed price = prices.change(name, day(from), amount, order.operator());
        return price.name() + " is $" + plain(price.now()) + " today";
    }

    private String takeBack(Order order) {
        String[] parts = ActionList.parts(order.target());
        return changePrice(parts[0], parts[1], null, order);
    }

    private String changeSetting(Order order) {
        ChangedSettings.Setting setting = settings.change(order.target(), order.value("value"), order.operator());
        return setting.name() + " is " + (setting.value().isEmpty() ? "empty" : setting.value()) + " now";
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "A day such as 2026-12-01", "from");
        }
    }

    private static BigDecimal amount(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new Problem(HttpStatus.UNPROCESSABLE_ENTITY, "validation_failed", "An amount", "amount");
        }
    }
}
